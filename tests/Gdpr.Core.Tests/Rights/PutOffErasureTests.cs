using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Erasure that a human puts off until a contract ends: of what rests on a weighed interest, and is needed while the contract runs.</summary>
public sealed class PutOffErasureTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_human_puts_off_for_a_contract_goes_by_itself_on_the_day_it_ends_and_not_a_day_before(bool isRestDone)
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), WithTicket());
        var request = await RefuseAsync(world, RightsReasons.ContractInForce, isRestDone);

        var line = request.Lines.Single(one => one.Activity == "support" && one.Fields.Contains("text"));
        (line.Verdict, line.Reason, line.DecidedBy).ShouldBe((RightsVerdict.Deferred, RightsReasons.ContractInForce, RightsWorld.Officer));
        request.IsStanding.ShouldBeTrue();
        world.Data.Tickets.Find("t1")!.Text.ShouldNotBeNull();

        world.Data.Tickets.Put(Ticket(new LocalDate(2026, 5, 4)));
        world.Set(2026, 5, 3, 18);
        await world.PumpAsync(approve: false);
        world.Data.Tickets.Find("t1")!.Text.ShouldNotBeNull();

        world.Set(2026, 5, 4, 18);
        await world.PumpAsync(approve: false);
        world.Data.Tickets.Find("t1")?.Text.ShouldBeNull();
        (await world.Requests.FindAsync(request.Id))!.Lines.Single(one => one.Id == line.Id).Reason.ShouldBe(RightsReasons.ContractEnded);
    }

    [Fact]
    public async Task What_a_human_refuses_for_another_reason_stands_when_the_contract_ends()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), WithTicket());
        var request = await RefuseAsync(world, RightsReasons.LegalClaims);
        request.Lines.Single(one => one.Activity == "support" && one.Fields.Contains("text")).Verdict.ShouldBe(RightsVerdict.Refused);

        world.Data.Tickets.Put(Ticket(new LocalDate(2026, 5, 4)));
        world.Set(2026, 5, 6, 18);
        await world.PumpAsync(approve: false);

        world.Data.Tickets.Find("t1")!.Text.ShouldNotBeNull();
    }

    [Fact]
    public void What_was_put_off_is_granted_when_the_contract_has_ended_or_an_objection_is_upheld_and_waits_until_then()
    {
        foreach (var contract in Enum.GetValues<ContractState>())
        {
            foreach (var objection in new ObjectionPhase?[] { null, ObjectionPhase.Pending, ObjectionPhase.Overruled, ObjectionPhase.Upheld })
            {
                var facts = new RightsCase
                {
                    Basis = LawfulBasisKind.LegitimateInterest,
                    State = LimbState.Alive,
                    Contract = contract,
                    Objection = objection,
                    IsPutOff = true,
                };
                var isGranted = contract == ContractState.Ended || objection == ObjectionPhase.Upheld;
                RightsMatrix.Judge(DataSubjectRight.Erasure, facts).Verdict.ShouldBe(isGranted ? RightsVerdict.Granted : RightsVerdict.Deferred, facts.ToString());
                RightsMatrix.Judge(DataSubjectRight.Erasure, facts with { State = LimbState.Past }).Verdict.ShouldBe(RightsVerdict.Granted);
                RightsMatrix.Judge(DataSubjectRight.Erasure, facts with { IsObligation = true }).Reason.ShouldBe(RightsReasons.LegalObligation);
            }
        }
    }

    private static RightsData WithTicket()
    {
        var data = new RightsData();
        data.Tickets.Put(Ticket(closed: null));
        return data;
    }

    private static Ticket Ticket(LocalDate? closed) => new("t1", "c1", null, "Marker-Text", null, closed);

    private static async Task<DataSubjectRequest> RefuseAsync(RightsWorld world, string reason, bool isRestDone = true)
    {
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), isGranted: false, reason);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        if (isRestDone)
        {
            // Otherwise people have not said yet that nothing of the person lies in the archive.
            await ErasureTests.FinishPaperAsync(world, request);
        }

        return await world.Requests.ExecuteAsync(request.Id);
    }
}
