using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>A life with several rights at once ends the same, whether or not processes restart and states are lost between every two steps.</summary>
public sealed class InterruptedLifeTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_ends_the_same_though_every_step_is_another_process(bool areStatesLost)
    {
        var expected = await RunAsync(isRestarted: false, areStatesLost: false);
        var found = await RunAsync(isRestarted: true, areStatesLost);
        found.ShouldBe(expected);
    }

    private static async Task<string> RunAsync(bool isRestarted, bool areStatesLost)
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer("c1", new LocalDate(2025, 1, 1)));
        data.Orders.Put(new Purchase("o1", "c1", "Marker-Street", new LocalDate(2026, 2, 25)));
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Name", "100", new LocalDate(2025, 4, 2)));
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 1)));
        var ids = new Dictionary<string, string>();
        var lines = new List<string>();
        var day = Morning;
        RightsWorld? world = null;
        Func<RightsWorld, DataSubject, Task>[] steps =
        [
            async (w, s) => await w.ConsentAsync(s, "direct-marketing"),
            async (w, s) => await w.ConsentAsync(s, "personalisation"),
            async (w, s) => (await w.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("printer", "order-handling", "crm.orders.address"), s)).IsAllowed.ShouldBeTrue(),
            async (w, s) => ids["access"] = (await w.ReceiveAsync(DataSubjectRight.Access, s)).Id,
            async (w, s) => ids["restrict"] = (await w.ReceiveAsync(DataSubjectRight.Restriction, s, i => i with
            {
                Ground = RestrictionGround.AccuracyContested, Scope = new RequestScope { DataSets = ["crm.orders"] },
            })).Id,
            async (w, s) => ids["object"] = (await w.ReceiveAsync(DataSubjectRight.Objection, s, i => i with { Scope = new RequestScope { Purposes = ["customer-support"] } })).Id,
            async (w, s) => ids["marketing"] = (await w.ReceiveAsync(DataSubjectRight.Objection, s, i => i with { IsMarketing = true })).Id,
            async (w, s) => ids["erase"] = (await w.ReceiveAsync(DataSubjectRight.Erasure, s)).Id,
            async (w, s) => await w.Requests.AssessAsync(ids["restrict"]),
            async (w, s) => await w.Requests.DecideAsync(ids["restrict"], RightsWorld.Officer),
            async (w, s) => await w.Requests.ExecuteAsync(ids["restrict"]),
            async (w, s) => await w.Requests.AssessAsync(ids["access"]),
            async (w, s) => await ErasureTests.FinishPaperAsync(w, (await w.Requests.FindAsync(ids["access"]))!),
            async (w, s) => await w.Requests.GiveAnswerAsync(await w.Requests.ComposeAccessAsync(ids["access"]), RightsWorld.Officer),
            async (w, s) => await w.Requests.CloseAsync(ids["access"], RightsWorld.Officer),
            async (w, s) => await w.Requests.ComplainAsync(ids["access"], RightsWorld.Officer, "x"),
            async (w, s) => await w.ResolveAllAsync(await w.Requests.AssessAsync(ids["object"]), true, "no-compelling-grounds"),
            async (w, s) => await w.Requests.DecideAsync(ids["object"], RightsWorld.Officer),
            async (w, s) => await w.Requests.ExecuteAsync(ids["object"]),
            async (w, s) => await w.ResolveAllAsync(await w.Requests.AssessAsync(ids["erase"]), true, "no-interest"),
            async (w, s) => await ErasureTests.FinishPaperAsync(w, (await w.Requests.FindAsync(ids["erase"]))!),
            async (w, s) => await w.Requests.AssessAsync(ids["erase"]),
            async (w, s) => await w.Requests.DecideAsync(ids["erase"], RightsWorld.Officer),
            async (w, s) => await w.Requests.ExecuteAsync(ids["erase"]),
            async (w, s) => await w.AnswerAndCloseAsync((await w.Requests.FindAsync(ids["object"]))!),
            async (w, s) => await w.Requests.AnswerComplaintAsync(ids["access"], (await w.Requests.FindAsync(ids["access"]))!.Complaints.LastOrDefault()?.Id ?? "none", true, "management"),
            async (w, s) => await w.Requests.TellLiftingAsync(ids["restrict"], RightsWorld.Officer),
            async (w, s) => await w.Requests.LiftRestrictionAsync(ids["restrict"], "accuracy-verified", RightsWorld.Officer),
            async (w, s) => await w.Requests.AssessAsync(ids["access"]),
            async (w, s) => await ErasureTests.FinishPaperAsync(w, (await w.Requests.FindAsync(ids["access"]))!),
            async (w, s) => await w.Requests.GiveAnswerAsync(await w.Requests.ComposeAccessAsync(ids["access"]), RightsWorld.Officer),
        ];
        try
        {
            foreach (var (index, step) in steps.Index())
            {
                day = day.PlusHours(5);
                world = await NextAsync(day);
                var subject = await world.PersonAsync();
                try
                {
                    await step(world, subject);
                }
                catch (GdprException refused)
                {
                    lines.Add($"{index}: {refused.Code}");
                }

                await world.PumpAsync();
            }

            foreach (var days in new[] { 1, 20, 40, 80, 400 })
            {
                day = day.PlusDays(days);
                world = await NextAsync(day);
                await world.PumpAsync();
            }

            var who = await world!.PersonAsync();
            foreach (var (name, id) in ids.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                var request = (await world.Requests.FindAsync(id))!;
                lines.Add($"{name} {request.Outcome} {request.Phase} {request.IsAnswered} standing={request.IsStanding} {string.Join(';', request.Results.Select(r => $"{r.DataSet} {r.Level} {string.Join('+', r.Items.Select(i => $"{i.Code}{i.Records}"))}"))}");
            }

            var state = await world.StateAsync(who);
            lines.AddRange(state.Consents.Select(c => $"consent {c.Purpose} {c.Phase}").Order(StringComparer.Ordinal));
            lines.AddRange(state.Objections.Select(o => $"objection {string.Join(',', o.Purposes)} {o.Phase}").Order(StringComparer.Ordinal));
            lines.AddRange(state.Restrictions.Select(r => $"restriction {r.Ground} {r.Phase}").Order(StringComparer.Ordinal));
            lines.AddRange(state.Endings.Select(e => $"ending {string.Join(',', e.Purposes)} {string.Join(',', e.DataSets)} {e.IsDone}").Order(StringComparer.Ordinal));
            lines.AddRange(state.Requests.Select(r => $"open {r.Right} {r.IsOpen}").Order(StringComparer.Ordinal));
            lines.Add($"rows {data.Customers.Find("c1") is null} {data.Orders.Find("o1") is null} {data.Invoices.Find("i1") is null} {data.Tickets.Find("t1") is null}");
            lines.AddRange((await world.Get<RecipientNotifications>().ReadForAsync(who)).Select(n => $"told {n.Recipient} {n.Kind}").Order(StringComparer.Ordinal));
            lines.AddRange((await world.Tasks.ListOpenAsync()).Select(t => $"task {t.Kind} {t.Reason}").Order(StringComparer.Ordinal));
            return string.Join('\n', lines);
        }
        finally
        {
            if (world is not null)
            {
                await world.DisposeAsync();
            }
        }

        async Task<RightsWorld> NextAsync(LocalDateTime at)
        {
            if (world is not null && !isRestarted)
            {
                world.Clock.Set(at.InZoneLeniently(RightsWorld.Stockholm).ToInstant());
                return world;
            }

            if (world is not null)
            {
                await world.DisposeAsync();
                if (areStatesLost)
                {
                    stores.States = new InMemoryStateStore();
                }
            }

            return RightsWorld.Open(at, data, stores);
        }
    }
}
