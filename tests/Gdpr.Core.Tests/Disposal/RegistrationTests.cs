using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>The real container, in every order of registrations.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task The_order_of_registrations_is_irrelevant()
    {
        foreach (var order in Permutations([0, 1, 2, 3, 4]))
        {
            var data = new ShopData().Fill(1);
            Action<GdprBuilder>[] parts =
            [
                gdpr => gdpr.UsePolicy(Shop.Policy()), gdpr => gdpr.UseInMemoryStores(), gdpr => gdpr.AddSource(data.Crm), gdpr => gdpr.AddSource(_ => data.Web),
                gdpr => gdpr.ConfigureSweep(options => options.RequireApproval = false),
            ];
            var services = new ServiceCollection();
            services.AddSingleton<TimeProvider>(new Gdpr.Testing.SettableClock(Shop.Now));
            foreach (var part in order)
            {
                // One call each: calls add up.
                services.AddGdpr(parts[part]);
            }

            await using var provider = services.BuildServiceProvider(validateScopes: true);
            provider.GetRequiredService<IStartupValidator>().Validate();
            await provider.GetRequiredService<GdprWork>().PrepareAsync();

            var report = await provider.GetRequiredService<GdprWork>().RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1));
            report.IsComplete.ShouldBeTrue(string.Join(' ', order));
            report.DataSets.Sum(dataSet => dataSet.Done.Records).ShouldBe(4);
        }
    }

    [Fact]
    public async Task What_happens_at_a_date_time_offset_happens_at_that_instant()
    {
        await using var shop = Shop.Open(sweep: options => options.RequireApproval = false);

        (await shop.Work.RunDueAsync(Shop.Now.ToDateTimeOffset(), TimeSpan.FromMinutes(1))).At.ShouldBe(Shop.Now);
    }

    [Fact]
    public void Sources_without_stores_stop_the_start_and_every_mend_is_named()
    {
        var problems = Problems(gdpr => gdpr.UsePolicy(Shop.Policy()).AddSource(new ShopData().Crm));

        foreach (var verb in new[] { "UseJournalStore", "UseSubjectVault", "UseStateStore", "UseKeyRing", "UseInMemoryStores", "UseSqlite" })
        {
            problems.ShouldContain(verb);
        }
    }

    [Fact]
    public void Two_stores_of_a_kind_stop_the_start_and_the_same_one_twice_does_not()
    {
        Problems(gdpr => gdpr.UsePolicy(Shop.Policy()).UseInMemoryStores().AddSource(new ShopData().Crm).UseJournalStore("other", _ => new InMemoryJournalStore()))
            .ShouldContain("2 are registered as journal store ('memory', 'other'): keep one.");
        Problems(gdpr => gdpr.UsePolicy(Shop.Policy()).UseInMemoryStores().AddSource(new ShopData().Crm)
                .UseWitness("one", _ => new InMemoryJournalWitness()).UseWitness("two", _ => new InMemoryJournalWitness()))
            .ShouldContain("2 witnesses");
        Problems(gdpr => gdpr.UsePolicy(Shop.Policy()).UseInMemoryStores().UseInMemoryStores().AddSource(new ShopData().Crm)).ShouldBeEmpty();
    }

    [Fact]
    public void Sources_that_do_not_go_together_stop_the_start_with_every_problem()
    {
        var problems = Problems(gdpr => gdpr.UsePolicy(Shop.Policy()).UseInMemoryStores().AddSource(new ShopData().Crm).AddSource(new ShopData().Crm));

        problems.ShouldContain("2 sources are named 'crm'");
        problems.ShouldContain("'crm.customers' is claimed by");
        problems.ShouldContain("'crm.orders' is claimed by");
    }

    [Fact]
    public void A_host_that_only_decides_needs_no_store() => Problems(gdpr => gdpr.UsePolicy(Shop.Policy())).ShouldBeEmpty();

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(500, -1, 1)]
    [InlineData(500, 3, 0)]
    public void Options_that_make_no_sense_stop_the_start(int batchSize, int examples, int hours) => Problems(gdpr => gdpr.UsePolicy(Shop.Policy())
        .ConfigureSweep(options => (options.BatchSize, options.Examples, options.Every) = (batchSize, examples, TimeSpan.FromHours(hours)))).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Every", 0, false)]
    [InlineData("Every", 3660, true)]
    [InlineData("Every", 3661, false)]
    [InlineData("Every", null, false)]
    [InlineData("RetryAfter", -1, false)]
    [InlineData("RetryAfter", 0, true)]
    [InlineData("RetryAfter", null, false)]
    [InlineData("VerifyEvery", null, false)]
    [InlineData("ByHandEvery", null, false)]
    [InlineData("ExpireEvery", null, false)]
    public void A_time_that_is_none_or_without_end_stops_the_start_and_is_named(string option, int? days, bool isTaken)
    {
        var time = days is { } some ? TimeSpan.FromDays(some) : TimeSpan.MaxValue;
        var problems = Problems(gdpr =>
        {
            gdpr.UsePolicy(Shop.Policy()).ConfigureSweep(options => typeof(SweepOptions).GetProperty(option)?.SetValue(options, time));
            gdpr.Services.Configure<Gdpr.Journals.JournalOptions>(options => options.ExpireEvery = option == nameof(options.ExpireEvery) ? time : options.ExpireEvery);
        });

        (problems.Length == 0).ShouldBe(isTaken, problems);
        if (!isTaken)
        {
            problems.ShouldContain(option == "ExpireEvery" ? "Proofs are let go" : $"The sweep's {option} is {time}");
            problems.ShouldContain("days");
        }
    }

    [Fact]
    public async Task A_mapping_that_does_not_fit_is_found_at_start_with_the_problems_of_every_source_and_data_sets_without_a_source_are_people_s()
    {
        var crm = new InMemorySource("crm");
        crm.Add<Customer>("crm.customers", customer => customer.Id, set => set.Field("nmae", customer => customer));
        var services = new ServiceCollection().AddGdpr(gdpr => gdpr.UsePolicy(Shop.Policy()).UseInMemoryStores().AddSource(crm)
            .ConfigureSweep(options => options.RequireApproval = false));
        await using var provider = services.BuildServiceProvider();

        var problem = (await Should.ThrowAsync<GdprSetupException>(() => provider.GetRequiredService<GdprWork>().PrepareAsync())).Problems.ShouldHaveSingleItem();
        problem.ShouldContain("Trigger 'ended'");
        problem.ShouldContain("Field 'name'");
        problem.ShouldContain("no field 'nmae'");

        var result = await provider.GetRequiredService<Sweep>().RunAsync();
        result.DataSets.Select(dataSet => (dataSet.Status, dataSet.Reason)).ShouldBe(
            [(SweepStatus.Failed, "E-SRC-01"), (SweepStatus.Manual, SweepReasons.NoSource), (SweepStatus.Manual, SweepReasons.NoSource)]);
    }

    private static string Problems(Action<GdprBuilder> configure)
    {
        using var provider = new ServiceCollection().AddGdpr(configure).BuildServiceProvider();
        try
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return "";
        }
        catch (OptionsValidationException exception)
        {
            return exception.Message;
        }
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
