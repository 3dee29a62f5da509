using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Samples.Data;

namespace Gdpr.Samples.Organisations;

/// <summary>A kind of record worth explaining.</summary>
/// <param name="DataSet">The data set that it is looked for in; <see langword="null"/> for any.</param>
/// <param name="Title">What makes it worth explaining.</param>
/// <param name="Is">Whether a record is of this kind.</param>
internal sealed record Highlight(string? DataSet, LocalizedText Title, Func<JudgedRow, bool> Is)
{
    /// <summary>What the same person has elsewhere: a data set, and a fate there.</summary>
    public (string DataSet, Fate Fate)? Elsewhere { get; private init; }

    /// <summary>A kind of record in one data set, of people about whom nothing out of the ordinary is recorded: no hold, no objection, no request.</summary>
    public static Highlight Of(string dataSet, string en, string sv, Func<JudgedRow, bool> isOfThisKind) =>
        new(dataSet, new LocalizedText { En = en, Sv = sv }, row => row.HasOnlyConsents && isOfThisKind(row));

    /// <summary>This kind of record, of people who have something of a fate in another data set.</summary>
    public Highlight OfPeopleWith(string dataSet, Fate fate) => this with { Elsewhere = (dataSet, fate) };

    /// <summary>What stands in where an organisation has none of its own kinds: little data, or a day far away.</summary>
    public static IReadOnlyList<Highlight> Usual { get; } =
    [
        new(null, new LocalizedText { En = "A record that the law keeps", Sv = "En post som lagen bevarar" }, row => row.Reason == FateReason.ObligationAlive),
        new(null, new LocalizedText { En = "A record with something missing", Sv = "En post där något saknas" }, row => row.Fate == Fate.Undetermined),
        new(null, new LocalizedText { En = "A record that nothing keeps any more", Sv = "En post som inget längre bevarar" }, row => row.Reason == FateReason.AllEnded),
        new(null, new LocalizedText { En = "A record in use, for a while yet", Sv = "En post i bruk, ännu en tid" }, row => row.Decision.Due is not null),
    ];
}

/// <summary>A record, and what was decided about it today.</summary>
internal readonly record struct JudgedRow(StoredRow Row, FateDecision Decision, NodaTime.LocalDate Today)
{
    public Fate Fate => Decision.Fate;

    public FateReason Reason => Decision.Reason;

    /// <summary>Whether consents are all that is recorded of the person beside the data.</summary>
    public bool HasOnlyConsents =>
        Row.Facts.Length == 0 || Row.Facts.Split(';').All(fact => fact.TrimStart('?').StartsWith("consent-", StringComparison.Ordinal));

    public bool Has(string trigger) => Row.Has(trigger);

    /// <summary>Whether a trigger's date lies at least so many months back.</summary>
    public bool IsOlderThan(int months, string trigger) => Row.DateOf(trigger) is { } date && date < Today.PlusMonths(-months);

    /// <summary>Whether a trigger's date lies between two days, inclusive.</summary>
    public bool IsBetween(string trigger, NodaTime.LocalDate from, NodaTime.LocalDate to) => Row.DateOf(trigger) is { } date && date >= from && date <= to;
}
