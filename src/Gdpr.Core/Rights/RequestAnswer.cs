using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>An answer to a person: what can be given, with what it does not hold said in it.</summary>
public interface IRightsAnswer
{
    /// <summary>The request that it answers.</summary>
    string RequestId { get; }

    /// <summary>The digest of its content: the journal holds it, so that what was said can be shown.</summary>
    Digest Hash { get; }

    /// <summary>The data sets that it lacks, by path: they could not be asked yet. None where it is the whole answer.</summary>
    IReadOnlyList<string> Missing { get; }

    /// <summary>What must be read by a human before it is given out, because other people may be in it (Art. 15(4)); data sets by path.</summary>
    IReadOnlyList<string> ToReview { get; }
}

/// <summary>The answer to a request: what was decided of each field group and purpose, what has become of it, and what the person can do about it.</summary>
public sealed class RequestAnswer : IRightsAnswer
{
    internal RequestAnswer(RequestAnswerContent content) => Content = content;

    /// <summary>What it says.</summary>
    public RequestAnswerContent Content { get; }

    /// <inheritdoc/>
    public string RequestId => Content.Request;

    /// <inheritdoc/>
    public Digest Hash => Digest.Of(ToJson());

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => Content.Missing;

    /// <inheritdoc/>
    public IReadOnlyList<string> ToReview => [];

    /// <summary>How many steps complaints had taken when it was composed.</summary>
    internal int ComplaintSteps { get; init; }

    /// <summary>The answer as JSON in UTF-8: the same content gives the same bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(Content, AnswerJson.Default.RequestAnswerContent);
}

/// <summary>What an answer says.</summary>
public sealed record RequestAnswerContent
{
    /// <summary>The request's id.</summary>
    public required string Request { get; init; }

    /// <summary>The right exercised.</summary>
    public required DataSubjectRight Right { get; init; }

    /// <summary>The controller's name.</summary>
    public required string Controller { get; init; }

    /// <summary>When the request was received.</summary>
    public required Instant ReceivedAt { get; init; }

    /// <summary>When the answer was made.</summary>
    public required Instant At { get; init; }

    /// <summary>How it was decided.</summary>
    public RequestOutcome? Outcome { get; init; }

    /// <summary>The stable code of the reason, where it was refused as a whole.</summary>
    public string? Reason { get; init; }

    /// <summary>What was decided, per data set, field group and purpose.</summary>
    public IReadOnlyList<RequestLine> Decisions { get; init; } = [];

    /// <summary>What has become of each data set: everything kept says why and, where it is known, until when.</summary>
    public IReadOnlyList<DataSetResult> Results { get; init; } = [];

    /// <summary>What the person loses: services and purposes that end.</summary>
    public IReadOnlyList<Consequence> Consequences { get; init; } = [];

    /// <summary>The fields that had been made public, by path, and of which erasure was granted: reasonable steps are taken to inform controllers who process them that
    /// the person asks to have links, copies and replications erased (Art. 17(2)).</summary>
    public IReadOnlyList<string> MadePublic { get; init; } = [];

    /// <summary>Whether a keyed hash of an address stays, so that marketing does not come back (Art. 21(3)).</summary>
    public bool KeepsSuppression { get; init; }

    /// <summary>The data sets that could not be asked or done yet; they follow.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Whether the answer is late, so that the person is owed an apology.</summary>
    public bool IsLate { get; init; }

    /// <summary>Where the person can complain (Art. 77, 79).</summary>
    public required Remedies Remedies { get; init; }
}

/// <summary>What ends for the person with a purpose.</summary>
/// <param name="Purpose">The purpose's id.</param>
/// <param name="Text">What it leads to, as the policy says; the purpose's title where it says nothing.</param>
public sealed record Consequence(string Purpose, string Text);

/// <summary>The three ways to complain: the company, the supervisory authority, a court.</summary>
/// <param name="Company">The controller's address.</param>
/// <param name="Authority">The supervisory authority (Art. 77).</param>
/// <param name="Court">Where a court is asked (Art. 79).</param>
public sealed record Remedies(string Company, string Authority, string Court)
{
    /// <summary>The ways to complain about a controller, in a language.</summary>
    internal static Remedies Of(Policies.Controller controller, string language)
    {
        var isSwedish = string.Equals(language, "sv", StringComparison.OrdinalIgnoreCase);
        return new Remedies(
            controller.DataProtectionOfficer is { } officer ? $"{controller.Contact} ({officer})" : controller.Contact,
            controller.Authority,
            isSwedish ? $"Domstol i det land där {controller.Name} är etablerat ({controller.Country}), eller där du bor."
                : $"A court of the country where {controller.Name} is established ({controller.Country}), or where you live.");
    }
}

/// <summary>The generated code that writes answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    WriteIndented = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(RequestAnswerContent))]
internal sealed partial class AnswerJson : JsonSerializerContext;
