using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>Accounts, mail addresses and rights: who changed what of whom, and when.</summary>
public sealed class AccessAdministrationTests
{
    private static readonly ProcessingActor Boss = ProcessingActor.Person("boss", "marker-boss");

    [Fact]
    public async Task Accounts_addresses_and_rights_are_on_record_by_account_and_by_time_and_never_in_the_clear()
    {
        await using var office = Open();
        var access = office.Get<AccessAdministration>();
        await access.RecordAsync(new AccessChange(AccessChangeKind.AccountAdded, "marker-anna") { Actor = Boss });
        office.Clock.Advance(Duration.FromHours(1));
        await access.RecordAsync(new AccessChange(AccessChangeKind.AddressAdded, "marker-anna") { Actor = Boss, Address = "marker@office.example" });
        await access.RecordAsync(new AccessChange(AccessChangeKind.RightGranted, "marker-bo") { Actor = Boss, Right = "staff", System = "crm" });
        office.Clock.Advance(Duration.FromHours(1));
        await access.RecordAsync(new AccessChange(AccessChangeKind.AccountRemoved, "marker-anna") { Actor = Boss });

        var anna = await access.OfAccountAsync("marker-anna");
        anna.Select(one => one.Kind).ShouldBe([AccessChangeKind.AccountAdded, AccessChangeKind.AddressAdded, AccessChangeKind.AccountRemoved]);
        anna.ShouldAllBe(one => one.AccountId == "marker-anna" && !one.IsDenied && one.ByRole == "boss");
        anna[1].Address.ShouldBe("marker@office.example");
        var between = await access.InTimeAsync(Office.Now + Duration.FromHours(1), Office.Now + Duration.FromHours(2));
        between.Select(one => (one.Kind, one.Right, one.System)).ShouldBe([(AccessChangeKind.AddressAdded, null, null), (AccessChangeKind.RightGranted, "staff", "crm")], ignoreOrder: true);
        (await access.OfAccountAsync("nobody")).ShouldBeEmpty();
        (await access.InTimeAsync(Office.Now + Duration.FromHours(3), Office.Now + Duration.FromHours(4))).ShouldBeEmpty();
        (await office.EntriesAsync("access-changed")).Count.ShouldBe(4);
        (await office.EntriesAsync("access-changed")).ShouldAllBe(entry => !entry.Content.Data.Contains("marker") && !entry.Stream.Contains("marker"));
    }

    [Theory]
    [InlineData("org-1", "org-1", "helper", "")]
    [InlineData("org-1", "org-2", "helper", ProcessingReasons.OtherOrganisation)]
    [InlineData("org-1", null, "helper", ProcessingReasons.OtherOrganisation)]
    [InlineData(null, "org-1", "helper", ProcessingReasons.OtherOrganisation)]
    [InlineData("org-1", "org-1", "staff", ProcessingReasons.RoleNotDelegated)]
    public async Task Administrators_at_a_customer_change_the_rights_of_their_own_people_and_hand_on_delegated_roles_only(
        string? own, string? theirs, string right, string expected)
    {
        await using var office = Open();

        var outcome = await office.Get<AccessAdministration>().RecordAsync(
            new AccessChange(AccessChangeKind.RightGranted, "carl") { Right = right, Organisation = theirs, Actor = ProcessingActor.Person("helper", "bo", own) });

        outcome.IsDenied.ShouldBe(expected.Length > 0);
        outcome.Reasons.ShouldBe(expected.Length > 0 ? [expected] : []);
        (await office.Get<AccessAdministration>().OfAccountAsync("carl")).ShouldHaveSingleItem().IsDenied.ShouldBe(expected.Length > 0);
        (await office.EntriesAsync(expected.Length > 0 ? "access-change-denied" : "access-changed")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Who_may_not_administer_access_changes_nothing()
    {
        await using var office = Open();
        var access = office.Get<AccessAdministration>();
        var change = new AccessChange(AccessChangeKind.AccountAdded, "carl");

        (await access.RecordAsync(change with { Actor = ProcessingActor.Person("staff", "anna") })).Reasons.ShouldBe([ProcessingReasons.RoleWithoutPurpose]);
        (await access.RecordAsync(change with { Actor = ProcessingActor.Person("nobody", "anna") })).Reasons.ShouldBe([ProcessingReasons.RoleUnknown]);
        (await access.RecordAsync(change with { Actor = ProcessingActor.Service("boss", "robot") })).Reasons.ShouldBe([ProcessingReasons.RoleUnknown]);
        (await access.RecordAsync(change with { Actor = ProcessingActor.Person("boss", "") })).Reasons.ShouldBe([ProcessingReasons.ActorUnknown]);
    }

    [Fact]
    public async Task A_change_that_is_not_well_formed_is_refused()
    {
        await using var office = Open();
        var access = office.Get<AccessAdministration>();
        AccessChange[] wrong =
        [
            new(AccessChangeKind.AccountAdded, ""), new(AccessChangeKind.AccountAdded, "a") { Right = "staff" }, new(AccessChangeKind.RightGranted, "a"),
            new(AccessChangeKind.AddressAdded, "a"), new(AccessChangeKind.RightRevoked, "a") { Right = "staff", Address = "a@b.example" },
            new(AccessChangeKind.AccountAdded, "a") { System = "none" }, new(AccessChangeKind.AccountAdded, "a") { OccurredAt = Office.Now + Duration.FromSeconds(1) },
        ];

        foreach (var change in wrong)
        {
            await Should.ThrowAsync<ArgumentException>(() => access.RecordAsync(change with { Actor = Boss }));
        }

        (await office.EntriesAsync("access-changed")).ShouldBeEmpty();
        (await access.RecordAsync(new AccessChange(AccessChangeKind.AccountRemoved, "a") { Actor = Boss, OccurredAt = Office.Now - Duration.FromDays(1) })).OccurredAt
            .ShouldBe(Office.Now - Duration.FromDays(1));
    }

    private static Office Open()
    {
        const string Accounts = """, "accounts": { "purpose": "access-administration", "basis": { "contract": { "necessity": "N." } }, "data": ["crm.customers.email"], "retention": { "keep": "P1M", "after": "ended" } }""";
        const string Roles = """
            "roles": { "boss": { "title": { "en": "Boss" }, "may": [{ "purpose": "access-administration" }] }, "helper": { "title": { "en": "Helper" }, "delegated": true, "may": [{ "purpose": "access-administration" }] },
            """;
        return Office.Open(policy: PolicyReader.Read(Office.PolicyJson(Office.Activities + Accounts).Replace("\"roles\": {", Roles, StringComparison.Ordinal)).GetUsable());
    }

    [Fact]
    public async Task Administrations_at_the_same_time_of_an_account_whose_forgetting_a_crash_interrupted_agree_on_one_new_key()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var office = Open();
            var access = office.Get<AccessAdministration>();
            var before = await office.PersonAsync("anna");
            await office.RecordAsync(before, SubjectEntries.Forgotten, "{}");

            var recorded = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => access.RecordAsync(
                new AccessChange(AccessChangeKind.RightGranted, "anna") { Actor = Boss, Right = $"right-{i}" }))));

            var key = recorded.Select(one => one.Account).Distinct().ShouldHaveSingleItem();
            key.ShouldNotBe(before.Key);
            (await access.OfAccountAsync("anna")).Select(one => one.Right).ShouldBe(["right-0", "right-1", "right-2", "right-3"], ignoreOrder: true);
            (await office.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfHost("anna")))!.Value.Key.ShouldBe(key);
        }
    }

    [Fact]
    public async Task A_state_that_says_forgotten_where_the_journal_does_not_is_refused_by_name_and_severs_nobody()
    {
        await using var office = Open();
        var person = await office.PersonAsync("anna");
        var state = (await office.Stores.States.ReadAsync("subjects", person.Controller, person.Key.ToString(), CancellationToken.None))!;
        var changed = state with { Content = state.Content.Replace("\"isForgotten\":false", "\"isForgotten\":true", StringComparison.Ordinal), Position = state.Position + 1 };
        await office.Stores.States.WriteAsync(changed, CancellationToken.None);

        await Should.ThrowAsync<StatesDifferException>(() => office.Get<AccessAdministration>().RecordAsync(
            new AccessChange(AccessChangeKind.AccountAdded, "anna") { Actor = Boss }));

        (await office.EntriesAsync("access-changed")).ShouldBeEmpty();
        (await office.Stores.Vault.ReadIdentifiersAsync(person.Controller, person.Key, CancellationToken.None)).ShouldNotBeEmpty();
    }
}
