using System.Runtime.InteropServices;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Retention.Columns;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Fates that are written where the facts were read.</summary>
public sealed class ColumnOverlapTests
{
    private static readonly RetentionEvaluator Evaluator = RetentionSchedule.Compile(PolicyReader.Read("""
        { "policy": "p", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer", "triggers": { "left": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": { "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P1Y", "after": "left" } } } }
        """).Policy!).At(Instant.FromUtc(2026, 6, 15, 12, 0));

    public static TheoryData<int> Lengths => [1, 31, 64, 130, 8_193];

    [Theory, MemberData(nameof(Lengths))]
    public void Fates_are_not_written_over_what_they_are_judged_by(int records)
    {
        var random = new Random(records);
        RecordFlags[] facts = [.. Enumerable.Range(0, records).Select(_ => (RecordFlags)random.Next(0, 32))];
        ushort[] days = [.. Enumerable.Range(0, records).Select(_ => random.Next(4) == 0 ? RetentionDayColumns.Unknown : RetentionDayColumns.DayOf(new LocalDate(2024, 6, 1).PlusDays(random.Next(900))))];
        ulong[] ended = [.. Enumerable.Range(0, records).Select(_ => (ulong)random.Next(2))];
        var dataSet = Evaluator.Schedule.DataSet("crm.customers");
        foreach (var width in Enum.GetValues<LaneWidth>().Where(LaneWidths.IsSupported))
        {
            var same = (RecordFlags[])facts.Clone();
            Should.Throw<ArgumentException>(() => Evaluator.FatesOf(
                new RetentionDayColumns(dataSet, [days]) { Flags = same, EndedPurposes = ended }, MemoryMarshal.Cast<RecordFlags, Fate>(same.AsSpan()), width));
            same.ShouldBe(facts);
            var times = (ushort[])days.Clone();
            Should.Throw<ArgumentException>(() => Evaluator.FatesOf(
                new RetentionDayColumns(dataSet, [times]) { Flags = facts, EndedPurposes = ended }, MemoryMarshal.Cast<ushort, Fate>(times.AsSpan())[..records], width));
            times.ShouldBe(days);
        }
    }
}
