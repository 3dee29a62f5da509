using System.Globalization;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>A context on PostgreSQL as a source: schemas, pools, the provider's retries, several sweeps at once.</summary>
public sealed partial class PostgresTests
{
    private static readonly DisposalSourceContract Contract = new(() =>
    {
        var database = new Lazy<Task<PostgresShop>>(() => PostgresShop.CreateAsync());
        return new ContractHost<DisposalSourceHandle>(
            async _ =>
            {
                var shop = await database.Value;
                return new DisposalSourceHandle(
                    shop.NewSource(options => options.Map<Customer>(DisposalSourceContract.DataSet, records => records
                        .Subject(customer => customer.Person!.Number).Trigger("ended", customer => customer.ContractEnded).Field("content", customer => customer.Name))),
                    (added, _) =>
                    {
                        shop.Add([.. added.Select(record => new Customer
                        {
                            Id = record.Number, Tenant = "ours", Name = "content", Person = new Person { Number = record.Person },
                            ContractEnded = record.Ended?.AtMidnight().InUtc().ToDateTimeOffset(),
                        })]);
                        return ValueTask.FromResult<IReadOnlyList<string>>([.. added.Select(record => record.Number.ToString(CultureInfo.InvariantCulture))]);
                    },
                    _ => ValueTask.FromResult<IReadOnlyCollection<string>>(shop.Keys()));
            },
            async () => await (await database.Value).DisposeAsync());
    });

    public static TheoryData<string> Cases => [.. Contract.Cases.Select(one => one.Name)];

    [PostgresTheory, MemberData(nameof(Cases))]
    public Task A_context_with_a_schema_a_pool_and_retries_keeps_the_contract(string name) => Contract.RunAsync(name, CancellationToken.None);

    [PostgresFact]
    public async Task A_contexts_filter_hides_no_row_from_a_sweep()
    {
        await using var shop = await PostgresShop.CreateAsync();
        shop.AddOld(1, 3);
        shop.AddOld(4, 2, tenant: "another");

        (await shop.NewSource().SweepAsync(SourceCalls.Policy().Evaluator())).Order().ShouldBe(["1", "2", "3", "4", "5"]);

        shop.Keys().ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task Several_sweeps_at_once_take_each_record_once()
    {
        await using var shop = await PostgresShop.CreateAsync();
        shop.AddOld(1, 300);
        var evaluator = SourceCalls.Policy().Evaluator();
        var sources = Enumerable.Range(0, 3).Select(_ => shop.NewSource()).ToArray();
        foreach (var source in sources)
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        }

        var swept = await Task.WhenAll(sources.Select((source, worker) => Task.Run(() => SweepAsync(source, evaluator, $"plan {worker}"))));

        swept.SelectMany(keys => keys).Select(int.Parse).Order().ShouldBe(Enumerable.Range(1, 300));
        shop.Keys().ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_hold_keeps_the_records_of_its_person_whom_two_tables_lead_to()
    {
        await using var shop = await PostgresShop.CreateAsync();
        shop.AddOld(1, 3);
        var (source, evaluator) = (shop.NewSource(), SourceCalls.Policy().Evaluator());
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync([new FactChange("hold", "crm.customers", new FactTarget.Subjects(["person 2"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);

        (await source.SweepAsync(evaluator)).Order().ShouldBe(["1", "3"]);
    }

    [PostgresFact]
    public async Task Batches_of_fifty_thousand_by_two_sweeps_leave_what_a_hold_found_on_the_way_and_no_tenants_rows()
    {
        const int Count = 110_000;
        await using var shop = await PostgresShop.CreateAsync();
        await shop.FillAsync(Count);
        var evaluator = SourceCalls.Policy().Evaluator();
        var (first, second, holding) = (shop.NewSource(), shop.NewSource(), shop.NewSource());
        foreach (var source in new[] { first, second, holding })
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        }

        // Both wait after their first batch until the first hold has been placed: it arrives on the way whoever is faster. Those after it come as they come.
        var (begun, placed) = (new SemaphoreSlim(0), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var sweeps = new[] { first, second }.Select((source, worker) => Task.Run(() => SweepAsync(source, evaluator, $"plan {worker}", 50_000, BetweenAsync))).ToArray();
        foreach (var sweep in sweeps)
        {
            (await begun.WaitAsync(TimeSpan.FromMinutes(2))).ShouldBeTrue();
        }

        var found = new List<int>();
        for (var number = 1; !Array.TrueForAll(sweeps, sweep => sweep.IsCompleted); number++)
        {
            // Of the last rows, which no batch takes first.
            var person = Count - number;
            (await holding.ChangeFactsAsync(
                [new FactChange($"hold {number}", "crm.customers", new FactTarget.Subjects([$"person {person}"]), RecordFact.Of(RecordFlags.Hold))], number, CancellationToken.None)).ShouldBeEmpty();
            if (await shop.HasAsync(person))
            {
                found.Add(person);
            }

            placed.TrySetResult();
        }

        found.ShouldContain(Count - 1, "two batches leave the last rows");
        var swept = (await Task.WhenAll(sweeps)).SelectMany(keys => keys).Select(int.Parse).ToHashSet();
        var left = shop.Keys().Select(int.Parse).ToHashSet();
        left.Intersect(swept).ShouldBeEmpty();
        (left.Count + swept.Count).ShouldBe(Count);
        found.ShouldAllBe(person => left.Contains(person));
        left.Except(found).ShouldBeEmpty("whatever nobody holds is gone, whosever tenant's it is");

        async Task BetweenAsync()
        {
            begun.Release();
            await placed.Task;
        }
    }

    [PostgresFact]
    public async Task A_server_that_ends_connections_in_the_middle_of_batches_loses_nothing_and_nothing_is_done_twice()
    {
        const int Count = 20_000;
        await using var shop = await PostgresShop.CreateAsync();
        await shop.FillAsync(Count);
        var (source, evaluator) = (shop.NewSource(), SourceCalls.Policy().Evaluator());
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        using var ended = new CancellationTokenSource();
        var killing = Task.Run(() => shop.EndConnectionsAsync(5, ended.Token));

        var done = new List<BatchEvidence>();
        for (var number = 1; ; number = done.Count + 1)
        {
            try
            {
                var batch = await source.DisposeAsync(evaluator.Batch("crm.customers", number, 700), CancellationToken.None);
                if (batch.Rows.Count == 0)
                {
                    break;
                }

                done.Add(batch);
            }
            catch (SourceUnavailableException)
            {
                // Whoever goes on asks first what has been committed.
                done.Clear();
                done.AddRange(await ReadAsync(source));
            }
        }

        await ended.CancelAsync();
        (await killing).ShouldBeGreaterThan(0);
        shop.Keys().ShouldBeEmpty();
        var evidence = await ReadAsync(shop.NewSource());
        evidence.Select(batch => batch.Number).ShouldBe(Enumerable.Range(1, evidence.Count));
        evidence.SelectMany(batch => batch.Rows).Count().ShouldBe(Count);
        evidence.SelectMany(batch => batch.Rows).Select(row => row.Record).Distinct().Count().ShouldBe(Count);

        async Task<List<BatchEvidence>> ReadAsync(DbContextSource from)
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    var read = new List<BatchEvidence>();
                    await foreach (var batch in from.ReadEvidenceAsync("plan", 0, CancellationToken.None))
                    {
                        read.Add(batch);
                    }

                    return read;
                }
                catch (SourceUnavailableException) when (attempt < 20)
                {
                    // Ended once more.
                }
            }
        }
    }

    private static async Task<IReadOnlyList<string>> SweepAsync(
        IDisposalSource source, RetentionEvaluator evaluator, string plan, int limit = 17, Func<Task>? betweenAsync = null)
    {
        var keys = new List<string>();
        for (var number = 1; ; number++)
        {
            var batch = await source.DisposeAsync(evaluator.Batch("crm.customers", number, limit, plan), CancellationToken.None);
            if (batch.Rows.Count == 0)
            {
                return keys;
            }

            keys.AddRange(batch.NativeKeys);
            await (betweenAsync?.Invoke() ?? Task.CompletedTask);
        }
    }
}
