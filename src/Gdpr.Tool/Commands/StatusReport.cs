using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;

namespace Gdpr.Tool.Commands;

/// <summary>How disposal stands, as <c>gdpr status --output json</c> writes it.</summary>
internal sealed record StatusReport(
    KillSwitchReport KillSwitch, IReadOnlyList<DataSetStatus> DataSets, IReadOnlyList<PlanReport> OpenPlans, IReadOnlyList<HoldReport> HoldsDueForReview,
    int HoldsStanding, IReadOnlyList<string> Restored, JournalStatus Journal)
{
    /// <summary>Whether something waits for a person.</summary>
    [JsonIgnore]
    public bool NeedsSomebody => KillSwitch.IsOn || OpenPlans.Count > 0 || Restored.Count > 0 || HoldsDueForReview.Count > 0
        || DataSets.Any(dataSet => dataSet.NeedsApproval || dataSet is { Source: not null, Problem: not null })
        || Journal.Witness is WitnessAgreement.Differs or WitnessAgreement.Unreadable;
}

/// <summary>How a data set stands.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Source">The database it is in; <see langword="null"/> where it is in none that was named.</param>
/// <param name="NeedsApproval">Whether rules or mapping wait for approval.</param>
/// <param name="Problem">Why it could not be read.</param>
/// <param name="Records">How many records there are.</param>
/// <param name="Due">How many are due now.</param>
/// <param name="Undetermined">How many are kept because something is missing.</param>
/// <param name="LastSweep">The last plan of a sweep of it.</param>
internal sealed record DataSetStatus(
    string DataSet, string? Source, bool NeedsApproval, string? Problem, long? Records, long? Due, long? Undetermined, PlanReport? LastSweep)
{
    public static DataSetStatus Of(DataSetPreview preview, PlanReport? last) => new(
        preview.DataSet, preview.Source, preview.NeedsApproval, preview.Problem, preview.Survey?.Records, preview.Survey?.Lines.Sum(line => line.Due),
        preview.Survey?.Lines.Where(line => line.Fate == Fate.Undetermined).Sum(line => line.Records), last);
}

/// <summary>A plan of disposal, as the journal holds it.</summary>
internal sealed record PlanReport(string Plan, string DataSet, string PlannedAt, string? ClosedAt, string Status, long Records);

/// <summary>How the journal stands.</summary>
internal sealed record JournalStatus(bool Exists, CheckpointReport? LastCheckpoint, CheckpointReport? Witnessed, WitnessAgreement Witness);

/// <summary>Whether the journal is the one that the witness knows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WitnessAgreement>))]
internal enum WitnessAgreement
{
    /// <summary>The witness knows no checkpoint.</summary>
    [JsonStringEnumMemberName("nothing")]
    Nothing,

    /// <summary>The journal has the checkpoint that the witness knows.</summary>
    [JsonStringEnumMemberName("agrees")]
    Agrees,

    /// <summary>The journal lacks it: it was restored, cut or rewritten.</summary>
    [JsonStringEnumMemberName("differs")]
    Differs,

    /// <summary>What the witness knows is unknown.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,
}

/// <summary>The plans of disposal, as their entries follow each other in the journal.</summary>
internal sealed class PlanHistory
{
    private const string Streams = "disposal/";
    private const string TypePrefix = "disposal-";

    private readonly Dictionary<string, PlanReport> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlanReport> _last = new(StringComparer.Ordinal);

    /// <summary>The plans that nobody has closed.</summary>
    public IReadOnlyList<PlanReport> Open => [.. _open.Values];

    public PlanReport? LastOf(string dataSet) => _last.GetValueOrDefault(dataSet);

    public void Add(JournalEntry entry)
    {
        if (!entry.Stream.StartsWith(Streams, StringComparison.Ordinal) || !entry.Content.Type.StartsWith(TypePrefix, StringComparison.Ordinal))
        {
            return;
        }

        using var document = JsonDocument.Parse(entry.Content.Data);
        var (data, at) = (document.RootElement, ReportText.Of(entry.RecordedAt));
        switch (entry.Content.Type[TypePrefix.Length..])
        {
            case "planned":
                Plan(entry.Stream, data, at, 0);
                break;
            case "restated":
                var counts = data.GetProperty("counts");
                Plan(entry.Stream, data.GetProperty("planned"), at, Number(counts, "erased") + Number(counts, "fieldsErased") + Number(counts, "anonymised"));
                break;
            case "batch" when _open.TryGetValue(entry.Stream, out var plan):
                Keep(entry.Stream, plan with { Records = plan.Records + Number(data, "erased") + Number(data, "fieldsErased") + Number(data, "anonymised") });
                break;
            case var end and ("completed" or "interrupted" or "failed") when _open.Remove(entry.Stream, out var plan):
                var reason = data.TryGetProperty("reason", out var why) && why.ValueKind == JsonValueKind.String ? $" ({why.GetString()})" : "";
                _last[plan.DataSet] = plan with { ClosedAt = at, Status = end + reason };
                break;
        }
    }

    private void Plan(string stream, JsonElement planned, string at, long records) =>
        Keep(stream, new PlanReport(planned.GetProperty("plan").GetString()!, planned.GetProperty("dataSet").GetString()!, at, null, "open", records));

    private void Keep(string stream, PlanReport plan)
    {
        _open[stream] = plan;
        _last[plan.DataSet] = plan;
    }

    private static long Number(JsonElement data, string member) => data.GetProperty(member).GetInt64();
}

/// <summary>How disposal stands, for people.</summary>
internal static class StatusText
{
    public static void Write(TextWriter writer, StatusReport report)
    {
        writer.WriteLine($"Kill switch: {report.KillSwitch}");
        writer.WriteLine($"Journal: {Of(report.Journal)}");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Holds: {report.HoldsStanding} stand, {report.HoldsDueForReview.Count} are due for review"));
        foreach (var hold in report.HoldsDueForReview)
        {
            writer.WriteLine($"  {hold.Hold}: review was due by {hold.ReviewBy}");
        }

        if (report.Restored.Count > 0)
        {
            writer.WriteLine($"Restored, and not used before swept: {string.Join(", ", report.Restored)}; see gdpr restored list");
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Open plans: {report.OpenPlans.Count}{(report.OpenPlans.Count > 0 ? "; the next sweep closes them and does the rest" : "")}"));
        foreach (var plan in report.OpenPlans)
        {
            writer.WriteLine($"  {plan.Plan}: {plan.DataSet}, since {plan.PlannedAt}");
        }

        writer.WriteLine();
        TextColumns.Write(writer,
        [
            ["DATA SET", "APPROVED", "RECORDS", "DUE", "UNDETERMINED", "LAST SWEEP", "ENDED", "DISPOSED OF"],
            .. report.DataSets.Select(dataSet => new[]
            {
                dataSet.DataSet, dataSet.Source is null ? "not in this database" : dataSet.Problem ?? (dataSet.NeedsApproval ? "no" : "yes"),
                Number(dataSet.Records), Number(dataSet.Due), Number(dataSet.Undetermined),
                dataSet.LastSweep?.PlannedAt ?? "-", dataSet.LastSweep?.Status ?? "-", Number(dataSet.LastSweep?.Records),
            }),
        ]);
    }

    private static string Of(JournalStatus journal)
    {
        var words = journal.Witness switch
        {
            WitnessAgreement.Agrees => $"the witness agrees ({JournalText.Of(journal.Witnessed)})",
            WitnessAgreement.Differs => $"it has not what the witness knows ({JournalText.Of(journal.Witnessed)}): it was restored, cut or rewritten; verify it",
            WitnessAgreement.Unreadable => "the witness cannot be read",
            _ => "the witness knows no checkpoint",
        };
        return journal.Exists ? $"{JournalText.Of(journal.LastCheckpoint)}; {words}" : "none yet";
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
