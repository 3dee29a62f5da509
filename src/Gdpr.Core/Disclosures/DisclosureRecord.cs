using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>That data of a person was disclosed: what, to whom, when, why and on which ground. No values.</summary>
/// <param name="Id">What tells it from others of the same person.</param>
/// <param name="Recipient">The recipient's id.</param>
/// <param name="Purpose">The purpose's id.</param>
/// <param name="Fields">The fields, by path, ordinally.</param>
/// <param name="First">When it was first disclosed.</param>
/// <param name="Last">When it was last disclosed.</param>
public sealed record DisclosureRecord(string Id, string Recipient, string Purpose, IReadOnlyList<string> Fields, Instant First, Instant Last)
{
    /// <summary>The recipient as the policy has it that disclosed; <see langword="null"/> where that policy is gone.</summary>
    public Recipient? To { get; init; }

    /// <summary>The data sets, by path, ordinally.</summary>
    public IReadOnlyList<string> DataSets => DisclosedFields.DataSetsOf(Fields);

    /// <summary>The categories of the fields as they were declared then, ordinally.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The activity that disclosed.</summary>
    public string? Activity { get; init; }

    /// <summary>The activity's lawful basis; <see langword="null"/> for a processor.</summary>
    public LawfulBasisKind? Basis { get; init; }

    /// <summary>The version of the client's instruction that it was disclosed under, where it was a client's data.</summary>
    public string? Instruction { get; init; }

    /// <summary>The agreement under which the recipient received it.</summary>
    public string? Agreement { get; init; }

    /// <summary>The law under which the recipient received it.</summary>
    public string? Law { get; init; }

    /// <summary>The third country that it went to; <see langword="null"/> within the European Economic Area.</summary>
    public string? ThirdCountry { get; init; }

    /// <summary>What the transfer rested on.</summary>
    public TransferMechanism? Mechanism { get; init; }

    /// <summary>The codes of why it should not have been disclosed; none where it was allowed.</summary>
    public IReadOnlyList<string> Against { get; init; } = [];

    /// <summary>Whether the person was not to be told when it was disclosed.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The instant, exclusive, until which the person must not be told; <see langword="null"/> where there is none, or until it is ended by hand.</summary>
    public Instant? SecretUntil { get; init; }

    /// <summary>When the secrecy was ended by hand.</summary>
    public Instant? SecrecyEndedAt { get; init; }

    /// <summary>The commitment to an authority's reference.</summary>
    internal string? Reference { get; init; }

    /// <summary>Whether the person must not be told of it at an instant (Art. 23).</summary>
    /// <param name="now">The instant.</param>
    public bool IsWithheldAt(Instant now) => IsSecret && SecrecyEndedAt is null && !(SecretUntil <= now);
}
