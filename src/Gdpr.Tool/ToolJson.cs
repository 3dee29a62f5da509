using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Tool.Commands;

namespace Gdpr.Tool;

/// <summary>How the command's own reports are written as JSON: indented, in camel case, with letters such as å as they are.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LintReport))]
[JsonSerializable(typeof(ExplanationReport[]))]
[JsonSerializable(typeof(DayDeadlineReport))]
[JsonSerializable(typeof(HourDeadlineReport))]
[JsonSerializable(typeof(BookkeepingReport))]
[JsonSerializable(typeof(SweepReport))]
[JsonSerializable(typeof(HoldReport))]
[JsonSerializable(typeof(HoldReport[]))]
[JsonSerializable(typeof(HoldTermsReport))]
[JsonSerializable(typeof(JournalEntryReport))]
[JsonSerializable(typeof(JournalVerificationReport))]
[JsonSerializable(typeof(CheckpointReport))]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(KillSwitchReport))]
[JsonSerializable(typeof(CoverageReport))]
[JsonSerializable(typeof(AcknowledgementReport))]
[JsonSerializable(typeof(RestoredReport[]))]
[JsonSerializable(typeof(EvidenceVerification))]
[JsonSerializable(typeof(DecidedReport[]))]
[JsonSerializable(typeof(CorpusReport))]
[JsonSerializable(typeof(ConsentImportOutput))]
internal sealed partial class ToolJson : JsonSerializerContext
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions OneLine = Layout with { Indented = false };

    /// <summary>Writes a report.</summary>
    public static string Write<T>(T report, JsonTypeInfo<T> type) => Write(report, type, Layout);

    /// <summary>Writes a report as one line.</summary>
    public static string WriteLine<T>(T report, JsonTypeInfo<T> type) => Write(report, type, OneLine);

    private static string Write<T>(T report, JsonTypeInfo<T> type, JsonWriterOptions layout)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, layout))
        {
            JsonSerializer.Serialize(writer, report, type);
        }

        return System.Text.Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }
}
