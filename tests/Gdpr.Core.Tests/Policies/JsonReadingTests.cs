using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

public sealed class JsonReadingTests
{
    [Fact]
    public void The_example_is_read_whole()
    {
        var result = PolicyReader.Read(JsonSamples.Example);
        result.Findings.Where(f => f.Code.StartsWith("E-JSON", StringComparison.Ordinal)).ShouldBeEmpty();
        var policy = result.Policy.ShouldNotBeNull();
        policy.Activities.Keys.ShouldBe(["service", "newsletter", "books"]);
        policy.Systems["crm"].DataSets["customers"].Fields["email"].Category.ShouldBe("contact.email");
        policy.Activities["service"].Retention!.Fallback!.Unless!.Of!.Trigger.ShouldBe("last-invoice");
        policy.Activities["newsletter"].Retention!.While!.State.ShouldBe(RunningStateKind.Consent);
        policy.Activities["service"].Basis!.Kind.ShouldBe(LawfulBasisKind.Contract);
        policy.Activities["books"].Retention!.After!.FiscalYearEndOf.ShouldBe("booked");
    }
}
