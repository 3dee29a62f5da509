using FsCheck.Fluent;
using Gdpr.Core.Tests.Time;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Columns of records, judged by a policy that came after another one: of other rules, periods, zone and fiscal years, and with the same ids.</summary>
public sealed class VersionColumnsTests
{
    [Fact]
    public void Columns_give_every_record_the_fate_that_it_has_by_itself_whatever_the_version_before_was()
    {
        Func<(ColumnsCase Given, ColumnsCase Before, int Days), bool> property = versions =>
        {
            var (given, before, days) = versions;
            var at = given.Now.Minus(Duration.FromDays(days));
            var evaluator = RetentionSchedule.Compile(given.Policy, new SupersededPolicy(before.Policy, at)).At(given.Now);
            var expected = given.Records.Select(record => record.FateBySelf(evaluator, given.AssumeConsent)).ToArray();

            return ColumnsTests.FatesOf(evaluator, given.Records, given.AssumeConsent).AsSpan().SequenceEqual(expected);
        };

        property.ShouldHoldFor(
            from given in ColumnsCase.Cases
            from before in ColumnsCase.Cases
            from days in Gen.Choose(0, 400)
            select (given, before, days),
            count: 1_000);
    }
}
