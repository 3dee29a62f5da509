using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;
using NodaTime.Text;

// What an application does with the core, in small: Gdpr.Architecture.Tests publishes this trimmed, runs it and reads its lines.
const string Text = """
    {
      "policy": "example", "version": "3", "effective": "2026-01-01",
      "controllers": {
        "example": { "name": "Example AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@example.se" },
      },
      "systems": { "erp": { "dataSets": { "invoices": {
        "subject": "customer",
        "triggers": { "booked": { "whenNull": "unknown" } },
        "fields": { "payer": "identity.name" },
      } } } },
      "activities": { "books": {
        "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["erp.invoices"],
        "retention": { "keep": "P7Y", "after": "booked" },
      } },
    }
    """;

var lastDay = CalendarPeriod.Parse("P7Y").EndOf(new LocalDate(2019, 12, 31));
Console.WriteLine($"P7Y after 2019-12-31 ends {LocalDatePattern.Iso.Format(lastDay)}");

var policy = PolicyReader.Parse(Text);
var same = PolicyReader.Parse(PolicyWriter.ToJson(policy)).Hash == policy.Hash;
Console.WriteLine($"{policy.Policy} {policy.Version} is {(same ? "the same" : "another")} when it is written and read again");

var misspelt = PolicyReader.Read(Text.Replace("\"basis\"", "\"bases\"", StringComparison.Ordinal));
foreach (var finding in misspelt.Findings.Where(f => f.Code == FindingCodes.UnknownMember))
{
    Console.WriteLine($"{finding.Severity} at line {finding.Line}: {finding.Message}");
}

var schedule = RetentionSchedule.Compile(policy);
var over = LocalDays.EndOf(lastDay, DateTimeZoneProviders.Tzdb["Europe/Stockholm"]);
foreach (var now in new[] { over - Duration.Epsilon, over })
{
    var decision = schedule.At(now).Evaluate(new RetentionRecord(schedule.DataSet("erp.invoices"), [TriggerValue.On(new LocalDate(2019, 12, 31))]));
    var due = decision.Due is { } date ? LocalDatePattern.Iso.Format(date) : "never";
    Console.WriteLine($"{InstantPattern.ExtendedIso.Format(now)}: {decision.Fate.Code()}, {decision.Reason.Code()}, due {due}");
}
