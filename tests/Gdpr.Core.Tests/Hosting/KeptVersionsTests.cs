using Gdpr.Core.Tests.Disposal;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using Gdpr.Retention;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Hosting;

/// <summary>What a version had let go stays let go after a restart, and under a version that is not new nothing is destroyed.</summary>
public sealed class KeptVersionsTests
{
    [Fact]
    public async Task What_the_version_before_had_let_go_stays_let_go_after_a_restart()
    {
        var world = new ShopWorld();
        await DecideAsync(world, Shop.Policy("1", "P6M"));
        world.Clock.Advance(Duration.FromDays(30));
        var superseded = world.Clock.GetCurrentInstant();
        await DecideAsync(world, Shop.Policy("2", "P10Y"));
        world.Clock.Advance(Duration.FromDays(400));

        await using var shop = Shop.Open(world, Shop.Policy("2", "P10Y"));
        await shop.Get<GdprWork>().PrepareAsync();

        var earlier = shop.Get<GdprPolicies>().Earlier.ShouldHaveSingleItem();
        (earlier.Policy.Version, earlier.At).ShouldBe(("1", superseded));
        var expected = RetentionSchedule.Compile(Shop.Policy("2", "P10Y"), new SupersededPolicy(Shop.Policy("1", "P6M"), superseded));
        Fingerprints(shop.Get<GdprPolicies>().Schedule).ShouldBe(Fingerprints(expected));
        Fingerprints(RetentionSchedule.Compile(Shop.Policy("2", "P10Y"))).ShouldNotBe(Fingerprints(expected));
    }

    [Fact]
    public async Task A_sweep_alone_takes_up_what_came_before_too()
    {
        var world = new ShopWorld();
        await DecideAsync(world, Shop.Policy("1", "P6M"));
        world.Clock.Advance(Duration.FromDays(1));
        await using var shop = Shop.Open(world, Shop.Policy("2", "P10Y"));

        await shop.Get<Sweep>().RunAsync();

        shop.Get<GdprPolicies>().Earlier.ShouldHaveSingleItem().Policy.Version.ShouldBe("1");
    }

    [Fact]
    public async Task Nothing_is_destroyed_where_the_content_has_changed_under_a_version_that_decided_and_the_host_starts()
    {
        var world = new ShopWorld();
        await DecideAsync(world, Shop.Policy("1", "P10Y"));
        world.Clock.Advance(Duration.FromDays(1));
        await ShouldRefuseAsync(world, Shop.Policy("1", "P1D"));
    }

    [Fact]
    public async Task Nothing_is_destroyed_under_a_version_that_a_later_one_has_followed_and_the_host_starts()
    {
        var world = new ShopWorld();
        await DecideAsync(world, Shop.Policy("1", "P1D"));
        world.Clock.Advance(Duration.FromDays(1));
        await DecideAsync(world, Shop.Policy("2", "P10Y"));
        world.Clock.Advance(Duration.FromDays(1));
        world.Data.Fill();
        await ShouldRefuseAsync(world, Shop.Policy("1", "P1D"));
    }

    [Fact]
    public async Task What_was_only_looked_at_has_decided_nothing_and_may_change()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world, Shop.Policy("1", "P6M")))
        {
            await shop.Get<GdprWork>().PrepareAsync();
            await shop.Get<Sweep>().PreviewAsync();
            (await shop.Get<Sweep>().RunAsync()).DataSets.ShouldAllBe(outcome => outcome.Status == SweepStatus.NeedsApproval);
        }

        await using var changed = Shop.Open(world, Shop.Policy("1", "P3M"));
        (await changed.SweepAsync()).DataSets.ShouldAllBe(outcome => outcome.Status == SweepStatus.Completed);
    }

    [Fact]
    public async Task What_is_approved_stays_approved_when_the_first_run_is_of_another_day_and_process()
    {
        var world = new ShopWorld();
        await DecideAsync(world, Shop.Policy("1", "P6M"));
        world.Clock.Advance(Duration.FromDays(1));
        await using (var shop = Shop.Open(world, Shop.Policy("2", "P10Y")))
        {
            var preview = await shop.Get<Sweep>().PreviewAsync();
            world.Clock.Advance(Duration.FromDays(1));
            await shop.Get<Sweep>().ApproveAsync(preview, "data-protection-officer");
        }

        world.Clock.Advance(Duration.FromDays(1));
        await using var night = Shop.Open(world, Shop.Policy("2", "P10Y"));
        (await night.Get<Sweep>().RunAsync()).DataSets.ShouldAllBe(outcome => outcome.Status == SweepStatus.Completed);
    }

    [Fact]
    public async Task What_the_host_names_counts_in_place_of_what_is_kept()
    {
        var world = new ShopWorld();
        await DecideAsync(world, Shop.Policy("1", "P6M"));
        world.Clock.Advance(Duration.FromDays(1));
        var named = new SupersededPolicy(Shop.Policy("1", "P6M"), world.Clock.GetCurrentInstant(), new HashSet<string> { "orders" });
        await using var shop = Shop.Open(world, Shop.Policy("2", "P10Y"), before: services => services.AddGdpr(gdpr => gdpr.AfterVersion(named)));

        await shop.Get<GdprWork>().PrepareAsync();

        shop.Get<GdprPolicies>().Earlier.ShouldHaveSingleItem().ShouldBe(named);
    }

    [Fact]
    public void Each_version_ceased_to_apply_when_the_next_began_to_decide()
    {
        var versions = new[] { Shop.Policy("1", "P1M"), Shop.Policy("2", "P2M"), Shop.Policy("3", "P3M") };
        StoredPolicy[] kept = [Stored(versions[0], 0), Stored(versions[1], 10), Stored(versions[2], 20)];

        var found = KeptVersions.Of(versions[2], kept, [], Day(90));

        found.Conflict.ShouldBeNull();
        found.Earlier.Select(version => (version.Policy.Version, version.At)).ShouldBe([("1", Day(10)), ("2", Day(20))]);
        KeptVersions.Of(versions[2], kept[..2], [], Day(90)).Earlier.Select(version => version.At).ShouldBe([Day(10), Day(90)]);
    }

    [Fact]
    public void Whoever_came_next_ended_a_version_also_where_it_is_named_or_cannot_be_read()
    {
        var versions = new[] { Shop.Policy("1", "P6M"), Shop.Policy("2", "P10Y"), Shop.Policy("3", "P20Y") };
        StoredPolicy[] kept = [Stored(versions[0], 0), Stored(versions[1], 10), Stored(versions[2], 500)];
        var named = new SupersededPolicy(versions[1], Day(500), new HashSet<string> { "service" });

        EndsOf(KeptVersions.Of(versions[2], kept, [named], Day(600))).ShouldBe([("1", Day(10))]);
        EndsOf(KeptVersions.Of(versions[2], kept, [named with { Policy = versions[2] }], Day(600))).ShouldBe([("1", Day(10)), ("2", Day(500))]);
        EndsOf(KeptVersions.Of(versions[2], [kept[0], kept[1] with { Json = "{}" }, kept[2]], [], Day(600))).ShouldBe([("1", Day(10))]);
    }

    [Fact]
    public void A_version_ended_when_the_day_of_a_later_one_began_although_that_decided_only_later()
    {
        var later = PolicyReader.Read(CanonicalJson.Write(Shop.Policy("2", "P10Y")).Replace("2020-01-01", "2026-02-01", StringComparison.Ordinal)).GetUsable();

        var found = KeptVersions.Of(later, [Stored(Shop.Policy("1", "P6M"), 0)], [], Day(300));

        EndsOf(found).ShouldBe([("1", Instant.FromUtc(2026, 1, 31, 23, 0))]);
        KeptVersions.Of(Shop.Policy("1", "P6M"), [Stored(later, 40)], [], Day(300)).Conflict!.Message.ShouldContain("was followed by version '2'");
    }

    [Fact]
    public void A_name_hides_no_change_of_content_and_nothing_of_another_policy()
    {
        var (kept, edited, next) = (Shop.Policy("1", "P10Y"), Shop.Policy("1", "P1D"), Shop.Policy("2", "P1D"));
        var another = PolicyReader.Read(CanonicalJson.Write(kept).Replace("\"policy\":\"shop\"", "\"policy\":\"another\"", StringComparison.Ordinal)).GetUsable();

        KeptVersions.Of(edited, [Stored(kept, 0)], [new SupersededPolicy(kept, Day(1))], Day(2)).Conflict!.Code.ShouldBe("E-VERSION-01");
        EndsOf(KeptVersions.Of(next, [Stored(kept, 0)], [new SupersededPolicy(another, Day(1))], Day(2))).ShouldBe([("1", Day(2))]);
    }

    [Fact]
    public async Task A_node_on_which_the_earlier_version_still_runs_destroys_nothing_once_the_later_one_has_decided()
    {
        var world = new ShopWorld();
        await using var old = Shop.Open(world, Shop.Policy("1", "P6M"));
        (await old.SweepAsync()).IsComplete.ShouldBeTrue();
        world.Clock.Advance(Duration.FromDays(10));
        await DecideAsync(world, Shop.Policy("2", "P10Y"));
        world.Clock.Advance(Duration.FromDays(300));

        (await old.Get<Sweep>().RunAsync()).DataSets.ShouldAllBe(outcome => outcome.Status == SweepStatus.Failed && outcome.Done.Records == 0);
    }

    [Fact]
    public async Task A_run_ends_where_another_node_has_decided_since_it_began_under_a_version_in_between()
    {
        var (between, isRunning) = (Shop.Policy("2", "P10Y"), false);
        ShopWorld world = null!;
        world = new ShopWorld(around: source => new HookedSource(source, call => isRunning && call == "before prepare"
            ? world.States.PutPolicyAsync(new StoredPolicy(between.Hash, "shop", "2", Shop.Now + Duration.FromDays(10), CanonicalJson.Write(between)), default).AsTask()
            : Task.CompletedTask));
        await DecideAsync(world, Shop.Policy("1", "P6M"));
        world.Clock.Advance(Duration.FromDays(300));
        await using var shop = Shop.Open(world, Shop.Policy("3", "P10Y"));
        await shop.ApproveAsync();
        isRunning = true;

        var customers = (await shop.Get<Sweep>().RunAsync()).DataSets.Single(outcome => outcome.DataSet == "crm.customers");

        (customers.Status, customers.Reason, customers.Done.Records).ShouldBe((SweepStatus.Interrupted, SweepReasons.RulesChanged, 0));
        EndsOf(shop.Get<GdprPolicies>().Earlier).ShouldBe([("1", Shop.Now + Duration.FromDays(10)), ("2", world.Clock.GetCurrentInstant())]);
    }

    [Fact]
    public async Task A_version_that_was_reloaded_away_ended_then_and_not_when_the_next_sweep_ran()
    {
        var world = new ShopWorld();
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, CanonicalJson.Write(Shop.Policy("1", "P6M")));
            await using var shop = Shop.Open(world, file: path);
            (await shop.SweepAsync()).IsComplete.ShouldBeTrue();
            world.Clock.Advance(Duration.FromDays(10));
            var reloaded = world.Clock.GetCurrentInstant();
            await File.WriteAllTextAsync(path, CanonicalJson.Write(Shop.Policy("2", "P10Y")));
            shop.Get<GdprPolicies>().Reload().ShouldBeTrue();
            world.Clock.Advance(Duration.FromDays(300));

            await shop.SweepAsync();

            EndsOf(shop.Get<GdprPolicies>().Earlier).ShouldBe([("1", reloaded)]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_version_that_nobody_approved_has_decided_nothing_however_often_the_pump_ran()
    {
        var world = new ShopWorld();
        await using (var wrong = Shop.Open(world, Shop.Policy("1", "P1D")))
        {
            await wrong.Get<GdprWork>().RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        }

        world.Clock.Advance(Duration.FromDays(1));
        await using var right = Shop.Open(world, Shop.Policy("1", "P10Y"));
        (await right.SweepAsync()).IsComplete.ShouldBeTrue();
        right.Get<GdprPolicies>().Earlier.ShouldBeEmpty();
    }

    [Fact]
    public void Versions_that_began_at_one_instant_are_no_conflict()
    {
        var (first, second) = (Shop.Policy("1", "P1M"), Shop.Policy("2", "P2M"));

        foreach (var current in new[] { first, second })
        {
            KeptVersions.Of(current, [Stored(first, 0), Stored(second, 0)], [], Day(1)).Conflict.ShouldBeNull();
        }
    }

    [Fact]
    public void A_version_kept_under_a_clock_that_was_ahead_had_let_go_no_more_than_until_now()
    {
        var (wrong, current) = (Shop.Policy("1", "P1M"), Shop.Policy("2", "P2M"));

        KeptVersions.Of(current, [Stored(wrong, 900)], [], Day(1)).Earlier.ShouldHaveSingleItem().At.ShouldBe(Day(1));
    }

    [Fact]
    public void What_cannot_be_read_any_more_has_let_nothing_go()
    {
        var current = Shop.Policy("2", "P2M");
        var broken = new StoredPolicy("old", current.Policy, "1", Day(0), """{"policy":1}""");

        var found = KeptVersions.Of(current, [broken], [], Day(1));

        (found.Earlier.Count, found.Conflict, found.Unreadable.ShouldHaveSingleItem()).ShouldBe((0, null, "1"));
        KeptVersions.Of(current, [broken with { Version = "2" }], [], Day(1)).Conflict!.Code.ShouldBe("E-VERSION-01");
    }

    [Fact]
    public void The_same_content_under_another_hash_of_an_earlier_release_is_the_same_version()
    {
        var current = Shop.Policy("1", "P2M");

        var found = KeptVersions.Of(current, [Stored(current, 0) with { Hash = "as it was hashed then" }, Stored(current, 5)], [], Day(9));

        (found.Earlier.Count, found.Conflict).ShouldBe((0, null));
    }

    [Fact]
    public void Versions_of_another_policy_do_not_matter()
    {
        var current = Shop.Policy("1", "P2M");

        KeptVersions.Of(current, [Stored(Shop.Policy("1", "P5M"), 0) with { Policy = "another" }], [], Day(9)).Conflict.ShouldBeNull();
    }

    private static async Task DecideAsync(ShopWorld world, GdprPolicy policy)
    {
        await using var shop = Shop.Open(world, policy);
        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();
    }

    private static async Task ShouldRefuseAsync(ShopWorld world, GdprPolicy policy)
    {
        await using var shop = Shop.Open(world, policy);
        await shop.Get<GdprWork>().PrepareAsync();
        var preview = await shop.Get<Sweep>().PreviewAsync();
        (await Should.ThrowAsync<GdprPolicyException>(() => shop.Get<Sweep>().ApproveAsync(preview, "Data protection officer"))).Code.ShouldBe("E-VERSION-01");
        preview.DataSets.Sum(dataSet => dataSet.Survey?.Lines.Sum(line => line.Due) ?? 0).ShouldBeGreaterThan(0);

        var result = await shop.Get<Sweep>().RunAsync();
        result.DataSets.ShouldAllBe(outcome => outcome.Status == SweepStatus.Failed && outcome.Reason == "E-VERSION-01" && outcome.Done.Records == 0);

        var report = await shop.Get<GdprWork>().RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        report.Steps.Single(step => step.Name == "prepare").Reason.ShouldBe("E-VERSION-01");
        report.DataSets.ShouldAllBe(outcome => outcome.Done.Records == 0);
    }

    private static IReadOnlyList<(string, Instant)> EndsOf(KeptVersions found) => EndsOf(found.Earlier);

    private static IReadOnlyList<(string, Instant)> EndsOf(IEnumerable<SupersededPolicy> earlier) => [.. earlier.Select(version => (version.Policy.Version, version.At))];

    private static StoredPolicy Stored(GdprPolicy policy, int day) => new(policy.Hash, policy.Policy, policy.Version, Day(day), CanonicalJson.Write(policy));

    private static Instant Day(int day) => Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromDays(day);

    private static string[] Fingerprints(RetentionSchedule schedule) => [.. schedule.DataSets.Select(dataSet => dataSet.Fingerprint.ToString())];
}
