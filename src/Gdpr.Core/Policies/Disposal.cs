using System.Text.Json.Serialization;
using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>What happens to a field when nothing keeps it any more. JSON may write a bare string for the action.</summary>
[Shorthand("action")]
public sealed class Disposal
{
    /// <summary>The default: the content is erased.</summary>
    public static Disposal Erase { get; } = new() { Action = DisposalAction.Erase };

    /// <summary>The action.</summary>
    [RequiredInPolicy]
    public DisposalAction? Action { get; init; }

    /// <summary>How to anonymise. Stated exactly when the action is <see cref="DisposalAction.Anonymise"/>.</summary>
    public AnonymisationStrategy? Strategy { get; init; }

    /// <summary>The text that takes the place of the content. Stated exactly with <see cref="AnonymisationStrategy.FixedText"/>.</summary>
    public string? Text { get; init; }

    /// <summary>How long the field stays restricted first. Stated exactly when the action is <see cref="DisposalAction.Restrict"/>.</summary>
    public CalendarPeriod? For { get; init; }

    /// <summary>What follows when the restriction has run out: erase or anonymise. Stated exactly when the action is <see cref="DisposalAction.Restrict"/>.</summary>
    public Disposal? Then { get; init; }

    /// <summary>The disposal that ends the field's life: this one, or the one that follows its restriction.</summary>
    [JsonIgnore]
    public Disposal Final => Action == DisposalAction.Restrict && Then is not null ? Then.Final : this;

    /// <summary>Whether exactly what the action needs is stated: otherwise nobody knows what is to become of the field.</summary>
    internal bool IsWellFormed => this switch
    {
        { Action: DisposalAction.Erase } => this is { Strategy: null, Text: null, For: null, Then: null },
        { Action: DisposalAction.Anonymise } => this is { Strategy: not null, For: null, Then: null }
            && (Strategy == AnonymisationStrategy.FixedText) == (Text is not null),
        { Action: DisposalAction.Restrict } => this is { Strategy: null, Text: null, For.IsEmpty: false }
            && Then is { Action: not DisposalAction.Restrict, IsWellFormed: true },
        _ => false,
    };

    /// <summary>A disposal that anonymises.</summary>
    /// <param name="strategy">How.</param>
    /// <param name="text">The text to write, with <see cref="AnonymisationStrategy.FixedText"/> only.</param>
    public static Disposal Anonymise(AnonymisationStrategy strategy, string? text = null) =>
        new() { Action = DisposalAction.Anonymise, Strategy = strategy, Text = text };

    /// <summary>A disposal that restricts for a period first.</summary>
    /// <param name="period">How long, counted from the last day on which something kept the field.</param>
    /// <param name="then">What follows.</param>
    public static Disposal Restrict(CalendarPeriod period, Disposal then) =>
        new() { Action = DisposalAction.Restrict, For = period, Then = then };
}

/// <summary>What disposing of a field does.</summary>
public enum DisposalAction
{
    /// <summary>The content is removed; when all of a record's fields are to be erased, the record is deleted.</summary>
    Erase,

    /// <summary>The content is changed so that it no longer relates to a person (rec. 26).</summary>
    Anonymise,

    /// <summary>The content is kept unused for a stated period, after which it is erased or anonymised.</summary>
    Restrict,
}

/// <summary>How a field is anonymised. Hashing and tokenising are not here: their results still relate to a person.</summary>
public enum AnonymisationStrategy
{
    /// <summary>The field becomes empty.</summary>
    Null,

    /// <summary>The field becomes a fixed text.</summary>
    [JsonStringEnumMemberName("fixed-text")]
    FixedText,

    /// <summary>Of a date, the year remains.</summary>
    Year,

    /// <summary>Of an IP address, the network remains: 24 bits of version 4, 48 bits of version 6.</summary>
    [JsonStringEnumMemberName("ip-prefix")]
    IpPrefix,

    /// <summary>Of an address, the coarse area remains.</summary>
    Area,

    /// <summary>The link from the record to its person is emptied.</summary>
    Sever,
}
