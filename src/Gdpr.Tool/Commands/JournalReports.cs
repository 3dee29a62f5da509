using System.Globalization;
using System.Text.Json;
using Gdpr.Journals;

namespace Gdpr.Tool.Commands;

/// <summary>An entry, as <c>gdpr journal list --output json</c> writes it in a list.</summary>
internal sealed record JournalEntryReport(
    long Position, string Stream, long Version, string Type, string RecordedAt, string OccurredAt, string? Controller, string? Subject, JsonElement Data, string? Payload,
    string Previous, string Hash)
{
    public static JournalEntryReport Of(JournalEntry entry) => new(
        entry.Position, entry.Stream, entry.Version, entry.Content.Type, ReportText.Of(entry.RecordedAt), ReportText.Of(entry.Content.OccurredAt),
        entry.Content.Controller, entry.Content.Subject?.ToString(), DataOf(entry.Content.Data), entry.Content.Payload?.ToString(),
        entry.Previous.ToString(), entry.Hash.ToString());

    /// <summary>The clear content; as text where somebody has changed it so that it is no JSON any more: the verifier is the one to say so.</summary>
    private static JsonElement DataOf(string data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            using var document = JsonDocument.Parse($"\"{JsonEncodedText.Encode(data)}\"");
            return document.RootElement.Clone();
        }
    }
}

/// <summary>A checkpoint.</summary>
internal sealed record CheckpointReport(long Number, long Position, string At, string Key)
{
    public static CheckpointReport? Of(JournalCheckpoint? checkpoint) =>
        checkpoint is null ? null : new CheckpointReport(checkpoint.Number, checkpoint.Position, ReportText.Of(checkpoint.At), checkpoint.KeyId);
}

/// <summary>What verifying has found, as <c>gdpr journal verify --output json</c> writes it.</summary>
internal sealed record JournalVerificationReport(
    bool IsIntact, long Entries, int Streams, int Checkpoints, long LastPosition, long PayloadsPresent, long PayloadsErased, CheckpointReport? Witnessed,
    long EntriesAfterWitness, IReadOnlyList<JournalFaultReport> Faults)
{
    public static JournalVerificationReport Of(JournalReport report) => new(
        report.IsIntact, report.Entries, report.Streams, report.Checkpoints, report.LastPosition, report.PayloadsPresent, report.PayloadsErased,
        CheckpointReport.Of(report.Witnessed), report.EntriesAfterWitness, [.. report.Faults.Select(JournalFaultReport.Of)]);
}

/// <summary>Something that is wrong with the journal.</summary>
internal sealed record JournalFaultReport(string Kind, long? Position, string? Stream, long? Version, long? Checkpoint, string Message)
{
    public static JournalFaultReport Of(JournalFault fault) => new(
        ReportText.CodeOf(fault.Kind), fault.Position, fault.Stream, fault.Version, fault.Checkpoint, fault.Message);
}

/// <summary>The journal's reports, for people.</summary>
internal static class JournalText
{
    public static void Write(TextWriter writer, JournalVerificationReport report)
    {
        foreach (var fault in report.Faults)
        {
            string?[] place =
            [
                fault.Position is { } position ? string.Create(CultureInfo.InvariantCulture, $"position {position}") : null,
                fault.Stream is { } stream ? $"stream {stream}" : null,
                fault.Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"version {version}") : null,
                fault.Checkpoint is { } checkpoint ? string.Create(CultureInfo.InvariantCulture, $"checkpoint {checkpoint}") : null,
            ];
            writer.WriteLine($"{string.Join(", ", [fault.Kind, .. place.OfType<string>()])}: {Terminals.PrintableText.Of(fault.Message)}");
        }

        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Entries} entries in {report.Streams} streams, {report.Checkpoints} checkpoints, {report.PayloadsPresent} payloads present, {report.PayloadsErased} erased."));
        writer.WriteLine(report.Witnessed is null
            ? "The witness knows no checkpoint: only the chains speak for the journal."
            : string.Create(CultureInfo.InvariantCulture, $"The witness knows {Of(report.Witnessed)}; {report.EntriesAfterWitness} entries come after it."));
        writer.WriteLine(report.IsIntact ? "The journal is intact." : string.Create(CultureInfo.InvariantCulture, $"The journal is not intact: {report.Faults.Count} faults."));
    }

    /// <summary>A checkpoint in words.</summary>
    public static string Of(CheckpointReport? checkpoint) => checkpoint is null
        ? "no checkpoint: the journal is empty"
        : string.Create(CultureInfo.InvariantCulture, $"checkpoint {checkpoint.Number} at position {checkpoint.Position}, of {checkpoint.At}");
}
