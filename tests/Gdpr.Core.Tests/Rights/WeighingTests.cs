using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What the law leaves nobody to weigh stays so, in however many steps somebody weighs it.</summary>
public sealed class WeighingTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Fact]
    public async Task Erasure_after_marketing_is_not_refused_in_two_steps()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        await StaysAsync(world, RightsReasons.DirectMarketing, isGranted: true);
    }

    [Fact]
    public async Task What_a_law_commands_to_keep_is_not_granted_in_two_steps()
    {
        var data = new RightsData().Customer();
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Payer", "1", new LocalDate(2025, 2, 1)));
        await using var world = RightsWorld.Open(Morning, data);
        await StaysAsync(world, RightsReasons.LegalObligation, isGranted: false);
    }

    [Fact]
    public async Task What_somebody_has_weighed_may_be_weighed_anew_before_it_is_decided_whatever_word_they_used()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(Morning, data);
        var request = await world.Requests.AssessAsync((await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync())).Id);
        var line = request.Lines.First(one => one.Reason == RightsReasons.WeighInterest).Id;
        await world.Requests.ResolveAsync(request.Id, line, isGranted: false, RightsReasons.LegalObligation, RightsWorld.Officer);

        (await world.Requests.ResolveAsync(request.Id, line, isGranted: true, RightsReasons.NotNecessary, RightsWorld.Officer))
            .Lines.Single(one => one.Id == line).Verdict.ShouldBe(RightsVerdict.Granted);
    }

    [Fact]
    public async Task An_invoice_of_which_an_officer_has_said_that_the_law_keeps_it_goes_when_the_law_is_over()
    {
        var data = new RightsData().Customer(ended: new LocalDate(2025, 1, 1));
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Payer", "1", new LocalDate(2018, 2, 1)));
        await using var world = RightsWorld.Open(new LocalDateTime(2025, 3, 10, 10, 0), data);
        var request = await world.Requests.AssessAsync((await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync())).Id);
        var line = request.Lines.Single(one => one.Reason == RightsReasons.LegalObligation).Id;
        await world.Requests.ResolveAsync(request.Id, line, isGranted: false, "accounting-act", RightsWorld.Officer);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);

        world.Set(2026, 1, 2);
        await world.PumpAsync();

        data.Invoices.Find("i1").ShouldBeNull();
    }

    /// <summary>Says what the law says, and then the opposite.</summary>
    private static async Task StaysAsync(RightsWorld world, string reason, bool isGranted)
    {
        var request = await world.Requests.AssessAsync((await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync())).Id);
        var before = request.Lines.Single(one => one.Reason == reason);
        await RefusedAsync();

        (await world.Requests.ResolveAsync(request.Id, before.Id, isGranted, "agreed", RightsWorld.Officer)).Lines.Single(one => one.Id == before.Id)
            .ShouldBeEquivalentTo(before);

        await RefusedAsync();

        async Task RefusedAsync() => (await Should.ThrowAsync<RequestException>(
            () => world.Requests.ResolveAsync(request.Id, before.Id, !isGranted, "otherwise", RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
    }
}
