using Gdpr.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Processing.Tasks;
using NodaTime;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>Art. 34(3): that people need not be told is decided on the facts of the day, and anew when these change.</summary>
public sealed class CommunicationAnewTests
{
    [Theory]
    [InlineData(BreachRisk.Risk)]
    [InlineData(BreachRisk.Unlikely)]
    public async Task That_the_risk_had_been_removed_is_decided_anew_when_the_risk_is_high_again(BreachRisk between)
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.High);
        await DecideAsync(new CommunicationDecision(Reports.By, "Not needed.")
        {
            Exception = CommunicationException.RiskRemoved,
            Reasons = "The file was deleted before anybody opened it.",
        });
        shop.Clock.Advance(Duration.FromHours(5));
        await shop.Breaches().AssessAsync(id, BreachRisk.High, "Looked at again.", Reports.By);
        (await DutyAsync()).Outcome.ShouldBe("risk-removed", "the risk has been high all the time");
        await shop.Breaches().AssessAsync(id, between, "The file was deleted.", Reports.By);
        shop.Clock.Advance(Duration.FromHours(5));

        // The file turns up on a forum.
        await shop.Breaches().AssessAsync(id, BreachRisk.High, "It is on a forum.", Reports.By);

        (await DutyAsync()).IsOpen.ShouldBeTrue();
        (await shop.Get<HumanTasks>().ListOpenAsync()).ShouldContain(task => task.Kind == "breach-decide-communication");
        await DecideAsync(new CommunicationDecision(Reports.By, "On a forum.") { Message = Reports.Message });
        (await DutyAsync()).Outcome.ShouldBe("tell");

        // Whoever is to be told stays to be told.
        await shop.Breaches().AssessAsync(id, BreachRisk.Risk, "The forum is closed.", Reports.By);
        await shop.Breaches().AssessAsync(id, BreachRisk.High, "Another forum.", Reports.By);
        (await DutyAsync()).Outcome.ShouldBe("tell");

        Task DecideAsync(CommunicationDecision decision) => shop.Breaches().DecideCommunicationAsync(id, decision);

        async Task<BreachDuty> DutyAsync() => (await shop.Breaches().DutiesAsync(id)).Single(duty => duty.Code == BreachDutyCodes.DecideCommunication);
    }
}
