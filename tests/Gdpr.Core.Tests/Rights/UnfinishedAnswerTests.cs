using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Nothing is given out, or said to be refused, confirmed or restricted, before it is so.</summary>
public sealed class UnfinishedAnswerTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Fact]
    public async Task A_package_is_not_sent_to_another_controller_while_a_fee_is_awaited()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Portability, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        var package = await world.Requests.ComposePackageAsync(request.Id);
        await world.Requests.AskFeeAsync(request.Id, 250m, "SEK", "Asked for every day.", RightsWorld.Officer);
        var sent = new Sent();

        await Should.ThrowAsync<RequestException>(() => world.Requests.TransferAsync(package, new Uri("https://other.example/take"), sent, RightsWorld.Officer));

        sent.Packages.ShouldBeEmpty("it was refused, and the data is gone to another controller all the same");
    }

    [Fact]
    public async Task What_people_find_by_hand_is_not_refused()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData());
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with
        {
            Scope = new RequestScope { DataSets = ["paper.letters"] },
        });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.CompleteAsync("erase-by-hand", "done");
        var done = await world.Requests.ExecuteAsync(request.Id);

        (done.Phase >= RequestPhase.Executed).ShouldBeTrue();
        (await world.Requests.ComposeAnswerAsync(request.Id)).Content.Outcome.ShouldBe(RequestOutcome.Granted, "it was erased by hand, and the answer says refused");
    }

    [Fact]
    public async Task A_copy_of_what_only_people_can_look_up_is_not_answered_by_a_letter_that_refuses()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with
        {
            Scope = new RequestScope { DataSets = ["paper.letters"] },
        });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.CompleteAsync("collect-by-hand", "done");
        await world.Requests.ExecuteAsync(request.Id);

        await Should.ThrowAsync<RequestException>(async () => await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer));
    }

    [Fact]
    public async Task What_no_source_has_erased_is_not_confirmed_by_a_processor()
    {
        var data = new RightsData();
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Name", "100", new LocalDate(2016, 4, 2)));
        await using var world = RightsWorld.Open(Morning, data);
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with
        {
            Scope = new RequestScope { DataSets = ["erp.invoices"] },
        });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        data.ErpSwitch.IsDown = true;
        (await world.Requests.ExecuteAsync(request.Id)).Results.ShouldHaveSingleItem().Level.ShouldBe(ReceiptLevel.Requested);
        try
        {
            await world.Requests.ConfirmByProcessorAsync(request.Id, "erp.invoices");
        }
        catch (RequestException)
        {
            return;
        }

        var answer = await world.Requests.ComposeAnswerAsync(request.Id);

        data.Invoices.Find("i1").ShouldNotBeNull();
        answer.Missing.ShouldBe(["erp.invoices"], "the answer is whole, and says confirmed by the processor, while nothing has been erased");
    }

    [Fact]
    public async Task A_restriction_that_was_refused_as_a_whole_does_not_stand_with_nobody_to_lift_it()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Restriction, subject, intake => intake with
        {
            Ground = RestrictionGround.Unlawful,
            Scope = new RequestScope { DataSets = ["crm.customers"] },
        });
        await world.Requests.RefuseAsync(request.Id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked for every day.");
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(request);
        world.Set(2027, 3, 10);
        await world.PumpAsync();

        ((await world.StateAsync(subject)).Restrictions.Any(one => one.Stands)
            && !(await world.Tasks.ListOpenAsync()).Any(task => task.Kind is "tell-restriction-ends" or "review-restriction"))
            .ShouldBeFalse("the person was told no, and the data is restricted for ever");
    }

    [Fact]
    public async Task A_restriction_while_a_temporary_objection_is_pending_is_granted()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with
        {
            Scope = new RequestScope { Purposes = ["customer-support"] },
            Until = RightsWorld.At(2026, 9, 1),
        });

        var request = await world.ReceiveAsync(DataSubjectRight.Restriction, subject, intake => intake with
        {
            Ground = RestrictionGround.ObjectionPending,
            Scope = new RequestScope { DataSets = ["desk.tickets"] },
        });
        world.Data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 1)));
        var assessed = await world.Requests.AssessAsync(request.Id);

        assessed.Lines.ShouldContain(line => line.Verdict == RightsVerdict.Granted, string.Join("; ", assessed.Lines.Select(line => $"{line.DataSet} {line.Verdict} {line.Reason}")));
    }

    private sealed class Sent : IPortabilityTransfer
    {
        public List<PortabilityPackage> Packages { get; } = [];

        public ValueTask<string> SendAsync(PortabilityPackage package, Uri to, CancellationToken cancellationToken)
        {
            Packages.Add(package);
            return ValueTask.FromResult("received");
        }
    }
}
