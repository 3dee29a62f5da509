using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Sources;

/// <summary>What a data set's records would meet with.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Records">How many records there are.</param>
/// <param name="Lines">How many records have each fate by each rule for each reason, the most first.</param>
public sealed record DataSetSurvey(string DataSet, long Records, IReadOnlyList<SurveyLine> Lines)
{
    /// <summary>What would let a sweep find its records faster, each a sentence with the statement to run. None where nothing would, or
    /// the source does not know.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];

    /// <summary>The lines of records that are undetermined, or due, with as many records as they count.</summary>
    public DataSetSurvey Unsettled()
    {
        SurveyLine[] lines = [.. Lines.Where(line => line.Due > 0 || line.Fate == Fate.Undetermined)];
        return this with { Records = lines.Sum(line => line.Records), Lines = lines };
    }
}

/// <summary>Records with the same fate, by the same rule, for the same reason.</summary>
/// <param name="Fate">The fate.</param>
/// <param name="Rule">The id of the rule; empty where a fact alone decided.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Records">How many.</param>
/// <param name="Due">How many of them are to be disposed of now, whole or in part: fields of a kept record may be due.</param>
/// <param name="Missing">What would have to be known, where the fate is undetermined: ids of triggers, and codes of facts, ordinally.</param>
/// <param name="Examples">Some of the records.</param>
public sealed record SurveyLine(
    Fate Fate, string Rule, FateReason Reason, long Records, long Due, IReadOnlyList<string> Missing, IReadOnlyList<RecordExample> Examples);

/// <summary>A record as an example. Personal data: for the caller's eyes, never for logs.</summary>
/// <param name="NativeKey">The record's key in the source, as text; a composite key as a JSON array.</param>
/// <param name="Due">The first local date on which the fate will be another, where there is one.</param>
public sealed record RecordExample(string NativeKey, LocalDate? Due)
{
    /// <summary>Nothing of the record: an example that lands in a log by mistake tells nothing.</summary>
    public override string ToString() => nameof(RecordExample);
}
