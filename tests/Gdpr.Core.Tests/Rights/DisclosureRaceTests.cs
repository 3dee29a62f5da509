using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What comes between the decision on a disclosure and its record, and what is told to recipients of long ago.</summary>
public sealed class DisclosureRaceTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Theory]
    [InlineData(DataSubjectRight.Erasure)]
    [InlineData(DataSubjectRight.Restriction)]
    public async Task A_recipient_to_which_data_would_go_while_it_is_erased_or_restricted_gets_nothing(DataSubjectRight right)
    {
        var between = new Between();
        await using var world = RightsWorld.Open(
            Morning, new RightsData().Customer("c1", new LocalDate(2026, 3, 1)), services: services => services.AddSingleton<IProcessingRule>(between));
        var subject = await world.PersonAsync();
        between.Action = async () =>
        {
            world.Clock.Advance(Duration.FromSeconds(1));
            var request = await world.HandleAsync(right, subject, intake => intake with
            {
                Scope = new RequestScope { DataSets = ["crm.customers"] },
                Ground = right == DataSubjectRight.Restriction ? RestrictionGround.Unlawful : null,
            });
            world.Clock.Advance(Duration.FromSeconds(1));
            between.Seen = request.Phase;
        };

        between.Skip = true;
        (await world.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("printer", "order-handling", "crm.orders.address"), subject)).IsAllowed.ShouldBeTrue();
        between.Skip = false;
        var decision = await world.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("cloud", "service-provision", "crm.customers.email"), subject);
        await world.PumpAsync();
        world.Set(2026, 3, 12);
        await world.PumpAsync();

        between.Seen.ShouldNotBeNull();
        decision.Reasons.Select(reason => reason.Code).ShouldBe([DisclosureReasons.ChangedMeanwhile]);
        (await world.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("printer", "order-handling", "crm.orders.address"), subject)).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_withdrawal_of_long_ago_is_dealt_with()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing", RightsWorld.At(2017, 1, 1));
        await world.Get<ConsentService>().WithdrawAsync(subject, "direct-marketing", new ConsentWithdrawal { OccurredAt = RightsWorld.At(2018, 2, 1) });
        await world.PumpAsync();
        world.Set(2026, 3, 20);
        await world.PumpAsync();

        (await world.Get<ConsentService>().ListOutstandingAsync()).ShouldBeEmpty("nobody holds it up, and it is tried for ever");
    }

    [Fact]
    public async Task People_of_another_controller_are_not_recorded_as_ones_own_while_the_gate_only_reports()
    {
        await using var world = RightsWorld.Open(
            Morning, new RightsData().Customer(), services: services => services.Configure<ProcessingOptions>(options => options.ReportOnly = true));
        var own = await world.PersonAsync();
        var stranger = own with { Controller = "another" };

        var decision = await world.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("cloud", "service-provision", "crm.customers.email"), stranger);

        decision.Reasons.Select(reason => reason.Code).ShouldBe([DisclosureReasons.OtherController]);
        (await world.Get<DisclosureLog>().ReadForAsync(own)).ShouldBeEmpty("the other controller's person is recorded under this one's");
    }

    private sealed class Between : IProcessingRule
    {
        public string Name => "between";

        public bool Skip { get; set; }

        public Func<Task>? Action { get; set; }

        public RequestPhase? Seen { get; set; }

        public async ValueTask<ProcessingRuleAnswer> JudgeAsync(ProcessingRuleContext context, CancellationToken cancellationToken)
        {
            if (!Skip && Action is { } action)
            {
                Action = null;
                await action();
            }

            return ProcessingRuleAnswer.Agrees;
        }
    }
}
