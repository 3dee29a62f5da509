using Gdpr.Files.Keys;
using Gdpr.Files.Sources;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Files.Tests.Sources;

/// <summary>A policy over logs and backups that are kept for thirty days, and sources to try it on.</summary>
internal static class Logs
{
    public static LocalDate Today { get; } = new(2026, 11, 22);

    public static LocalDate Old { get; } = new(2026, 1, 15);

    public static LocalDate Fresh { get; } = new(2026, 11, 10);

    public static IKeyRing Keys { get; } = InMemoryKeyRing.WithRandomKey();

    public static RetentionSchedule Schedule { get; } = Compile();

    public static RetentionEvaluator Evaluator { get; } = Schedule.At(Today.AtMidnight().InUtc().PlusHours(12).ToInstant());

    public static FileDataSetMapping ByName { get; } = new()
    {
        DataSet = "web.log",
        Pattern = "**/*.log",
        Triggers = new Dictionary<string, FileTrigger> { ["written"] = new FileTrigger.InName(@"access-(?<date>[^.]+)\.log$", "uuuu-MM-dd") },
    };

    public static FileDataSetMapping Backups { get; } = new()
    {
        DataSet = "web.backups",
        Pattern = "backups/*",
        Records = FileRecordKind.Folders,
        Triggers = new Dictionary<string, FileTrigger> { ["written"] = new FileTrigger.LastWritten() },
    };

    public static string NameOf(LocalDate date) => $"access-{date:uuuu-MM-dd}.log";

    public static DisposalBatch Batch(int number = 1, string dataSet = "web.log", int limit = 100, long factsPosition = 0, string plan = "plan-1") =>
        new(plan, number, Evaluator, dataSet, limit, factsPosition, Keys);

    public static async Task<FileSource> PreparedAsync(this FileSource source)
    {
        await source.PrepareAsync(Schedule, CancellationToken.None);
        return source;
    }

    public static async Task<List<BatchEvidence>> EvidenceAsync(this FileSource source, string plan = "plan-1")
    {
        var evidence = new List<BatchEvidence>();
        await foreach (var batch in source.ReadEvidenceAsync(plan, 0, CancellationToken.None))
        {
            evidence.Add(batch);
        }

        return evidence;
    }

    public static RetentionSchedule Compile(string fields = """{ "line": "free-text", "ip": "free-text" }""", string activity = "web.log", string more = "") =>
        RetentionSchedule.Compile(PolicyReader.Parse(
            $$"""
            { "policy": "example", "version": "1", "effective": "2026-01-01",
              "controllers": { "example": { "name": "Example AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@example.se" } },
              "systems": { "web": { "dataSets": {
                "log": { "subject": "customer", "triggers": { "written": { "whenNull": "unknown" } }, "fields": {{fields}} },
                "backups": { "subject": "customer", "triggers": { "written": { "whenNull": "unknown" } }, "fields": { "content": "free-text" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["{{activity}}", "web.backups"], "retention": { "keep": "P30D", "after": "written" } }
                {{more}} } }
            """));
}
