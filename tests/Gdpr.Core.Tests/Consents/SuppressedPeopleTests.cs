using System.Reflection;
using Gdpr.Consents;
using Gdpr.Core.Tests.Disclosures;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Somebody who objected to marketing and becomes known again is not marketed to on a legitimate interest (R-SUP, R-KEY, Art. 21(3)).</summary>
public sealed class SuppressedPeopleTests
{
    private const string Marketing = "direct-marketing";

    private static readonly SubjectIdentifier Address = SubjectIdentifier.OfEmail("bought@person.example");

    private static readonly GdprPolicy Policy = Office.Policy("""
        /activities/newsletter = { "purpose": "direct-marketing", "basis": { "legitimateInterest": { "interest": "Sales", "assessment": "weighing" } }, "data": ["crm.customers.email", "crm.prospects"], "retention": { "keep": "P3M", "after": "ended" } }
        /assessments/weighing = { "kind": "legitimateInterest", "necessity": "Needed", "balance": "Weighed", "on": "2026-01-01", "nextReview": "2027-01-01" }
        /systems/crm/dataSets/prospects = { "subject": "customer", "origins": ["form", "register"], "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "email": "contact.email" } }
        """);

    [Fact]
    public async Task Who_follows_the_link_of_a_message_to_an_address_of_somebody_else_stops_what_goes_there_too()
    {
        await using var office = Office.Open(policy: Policy);
        var (directory, unsubscription) = (office.Get<SubjectDirectory>(), office.Get<Unsubscription>());
        var one = await directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("kept-1")));
        var holder = await directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("kept-2"), Address));
        var headers = unsubscription.CreateHeaders(
            new UnsubscribeLink(one, "newsletter", [Marketing], "email") { Address = Address }, new Uri("https://office.example/unsubscribe"));

        var (outcome, _) = await unsubscription.HandleAsync(
            headers.Link.Segments[^1], "POST", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");

        outcome.ShouldBe(OneClickOutcome.Unsubscribed);
        (await IsStoppedAsync(office, one)).ShouldBeTrue();
        (await IsStoppedAsync(office, holder)).ShouldBeTrue();
        (await directory.ReadStateAsync(one)).Objections.ShouldHaveSingleItem().IsFromSuppression.ShouldBeFalse();
    }

    [Fact]
    public async Task Whoever_unsubscribed_was_forgotten_and_is_registered_anew_is_still_not_marketed_to()
    {
        await using var office = Office.Open(policy: Policy);
        var directory = office.Get<SubjectDirectory>();
        var first = await directory.RegisterAsync(new SubjectRegistration(Address));
        (await IsStoppedAsync(office, first)).ShouldBeFalse();
        await office.Get<Unsubscription>().UnsubscribeAsync(Address, new UnsubscribeOrder([Marketing], "email", "mail"));
        await directory.ForgetAsync(first, await directory.ReadStateAsync(first), CancellationToken.None);
        office.Clock.Advance(Duration.FromDays(1));

        var report = await directory.RegisterAndReportAsync(new SubjectRegistration(SubjectIdentifier.OfHost("new-17"), Address));

        report.Subject.ShouldNotBe(first);
        report.Suppressed.ShouldHaveSingleItem().ShouldBe(new SuppressionEntry("email", Marketing, Office.Now, "mail"));
        report.StoppedPurposes.ShouldBe([Marketing]);
        (await IsStoppedAsync(office, report.Subject)).ShouldBeTrue();
        var objection = (await directory.ReadStateAsync(report.Subject)).Objections.ShouldHaveSingleItem();
        (objection.IsFromSuppression, objection.Channel, objection.OccurredAt).ShouldBe((true, "email", Office.Now));
    }

    [Fact]
    public async Task Registering_again_records_nothing_more_and_says_it_again()
    {
        await using var office = Office.Open(policy: Policy);
        await office.Get<Suppression>().AddAsync(new SuppressionOrder([Address], "", "nix"));
        var directory = office.Get<SubjectDirectory>();
        await directory.RegisterAndReportAsync(new SubjectRegistration(Address));
        var entries = (await office.EntriesAsync()).Count;

        var again = await directory.RegisterAndReportAsync(new SubjectRegistration(Address));

        again.StoppedPurposes.ShouldBe([Marketing]);
        (await office.EntriesAsync()).Count.ShouldBe(entries);
        (await IsStoppedAsync(office, again.Subject)).ShouldBeTrue();
    }

    [Fact]
    public async Task Whoever_is_not_suppressed_is_said_to_be_by_nothing()
    {
        await using var office = Office.Open(policy: Policy);
        var report = await office.Get<SubjectDirectory>().RegisterAndReportAsync(new SubjectRegistration(Address));
        (report.Suppressed.Count, report.StoppedPurposes.Count).ShouldBe((0, 0));
        (await IsStoppedAsync(office, report.Subject)).ShouldBeFalse();
    }

    [Fact]
    public async Task Whoever_consents_anew_lifts_it_whatever_the_channel_and_it_does_not_come_back()
    {
        await using var shop = ConsentShop.Open();
        await shop.Get<Suppression>().AddAsync(new SuppressionOrder([Address], "email", "mail") { Purposes = [Marketing] });
        shop.Clock.Advance(Duration.FromDays(1));
        var directory = shop.Get<SubjectDirectory>();
        var person = await directory.RegisterAsync(new SubjectRegistration(Address));
        (await directory.ReadStateAsync(person)).Objections.ShouldHaveSingleItem().Stands(shop.Clock.GetCurrentInstant()).ShouldBeTrue();

        await shop.GiveAsync(person);

        (await directory.ReadStateAsync(person)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Ended);
        (await directory.RegisterAndReportAsync(new SubjectRegistration(Address))).Suppressed.ShouldBeEmpty();
        (await shop.Get<Suppression>().CheckAsync(Address, "email", Marketing)).Reason.ShouldBe(SuppressionReasons.ConsentedSince);
    }

    [Fact]
    public async Task The_match_is_used_for_marketing_and_for_nothing_else()
    {
        await using var office = Office.Open(policy: Policy);
        await office.Get<Suppression>().AddAsync(new SuppressionOrder([Address], "email", "mail") { Purposes = ["service-provision", Marketing] });

        var report = await office.Get<SubjectDirectory>().RegisterAndReportAsync(new SubjectRegistration(Address));

        report.StoppedPurposes.ShouldBe([Marketing]);
        (await office.Get<SubjectDirectory>().ReadStateAsync(report.Subject)).Objections.ShouldHaveSingleItem().Purposes.ShouldBe([Marketing]);
    }

    [Fact]
    public async Task Suppressing_the_address_of_somebody_who_is_known_denies_at_once()
    {
        await using var office = Office.Open(policy: Policy);
        var person = await office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("17"), Address));
        (await IsStoppedAsync(office, person)).ShouldBeFalse();
        await office.Get<Suppression>().AddAsync(new SuppressionOrder([Address], "", "nix"));
        (await IsStoppedAsync(office, person)).ShouldBeTrue();
    }

    [Fact]
    public async Task Whoever_is_met_by_reading_their_data_is_kept_from_marketing_too()
    {
        await using var office = Office.Open(policy: Policy);
        var id = SubjectIdentifier.OfHost("met-1");
        await office.Get<Suppression>().AddAsync(new SuppressionOrder([id], "", "letter"));
        var met = await office.Get<SubjectDirectory>().MeetAsync([id]);
        (await IsStoppedAsync(office, met[0])).ShouldBeTrue();
    }

    [Fact]
    public async Task A_list_that_is_for_nothing_but_marketing_is_refused_of_the_suppressed_alone_and_lists_them()
    {
        await using var office = Office.Open(policy: Policy);
        var directory = office.Get<SubjectDirectory>();
        var other = await directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfEmail("other@person.example")));
        var person = await directory.RegisterAsync(new SubjectRegistration(Address));
        await office.Get<Suppression>().AddAsync(new SuppressionOrder([Address], "email", "mail") { Purposes = [Marketing] });

        var collections = office.Get<CollectionRegister>();
        var mixed = await collections.CollectAsync(new Collection("crm.prospects", "register"), [person, other]);
        (mixed.IsAllowed, mixed.Owed.ShouldHaveSingleItem()).ShouldBe((true, other));
        var listed = mixed.Suppressed.ShouldHaveSingleItem();
        (listed.Subject, listed.IsRefused, listed.Entries[0].Purpose).ShouldBe((person, true, Marketing));
        (await collections.ReadForAsync(person)).Collected.ShouldBeEmpty();

        var alone = await collections.CollectAsync(new Collection("crm.prospects", "register"), [person]);
        alone.IsAllowed.ShouldBeFalse();
        alone.Reasons.ShouldHaveSingleItem().ShouldBe(new DisclosureReason(DisclosureReasons.Suppressed, "Art. 21(3)", "crm.prospects"));
        (await office.EntriesAsync()).Count(entry => entry.Content.Type == "collection-refused").ShouldBe(2);
    }

    [Fact]
    public async Task What_serves_other_purposes_too_or_comes_from_the_person_is_taken_in_and_the_objection_stands()
    {
        await using var office = Office.Open(policy: Policy);
        var vault = office.World.Vault;

        // Suppressed behind the library's back: the state knows nothing of it before the data is collected.
        var person = await office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(Address));
        await vault.SuppressAsync("office", Address.Hash("office", office.World.Keys), new SuppressionEntry("", "", Office.Now, "mail"), CancellationToken.None);
        (await IsStoppedAsync(office, person)).ShouldBeFalse();

        var decision = await office.Get<CollectionRegister>().CollectAsync(new Collection("crm.customers", "register"), [person]);

        decision.IsAllowed.ShouldBeTrue();
        decision.Suppressed.ShouldHaveSingleItem().IsRefused.ShouldBeFalse();
        (await IsStoppedAsync(office, person)).ShouldBeTrue();
        (await office.Get<CollectionRegister>().CollectAsync(new Collection("crm.prospects", "form"), [person])).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_vault_that_cannot_be_read_registers_and_collects_nobody()
    {
        UnreadableSuppression? down = null;
        await using var office = Office.Open(new OfficeWorld { AroundVault = vault => UnreadableSuppression.Around(vault, out down) }, Policy);
        var person = await office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("17")));
        down!.IsDown = true;

        await Should.ThrowAsync<InjectedCrashException>(() => office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(Address)));
        await Should.ThrowAsync<InjectedCrashException>(() => office.Get<CollectionRegister>().CollectAsync(new Collection("crm.customers", "form"), [person]));

        // The address may be tied already: what nothing is recorded of is known to nobody, and decided on by no gate.
        if (await office.Get<SubjectDirectory>().FindAsync(Address) is { } half)
        {
            (await office.Get<SubjectDirectory>().ReadStateAsync(half)).Version.ShouldBe(0);
        }

        (await office.Get<CollectionRegister>().ReadForAsync(person)).Collected.ShouldBeEmpty();
    }

    /// <summary>Whether the gate denies marketing to a person because of an objection to it.</summary>
    private static async Task<bool> IsStoppedAsync(Office office, DataSubject person)
    {
        var decision = await office.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, Marketing) { Data = ["crm.customers.email"], Channel = "email" });
        return !decision.IsAllowed && decision.Reasons.Any(reason => reason.Code == ProcessingReasons.MarketingObjection);
    }
}

/// <summary>A vault of which the suppression cannot be read, once it is down.</summary>
internal class UnreadableSuppression : DispatchProxy
{
    private ISubjectVault? _inner;

    public bool IsDown { get; set; }

    public static ISubjectVault Around(ISubjectVault inner, out UnreadableSuppression proxy)
    {
        var vault = Create<ISubjectVault, UnreadableSuppression>();
        proxy = (UnreadableSuppression)(object)vault;
        proxy._inner = inner;
        return vault;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        IsDown && targetMethod!.Name == nameof(ISubjectVault.ReadSuppressionsAsync) ? throw new InjectedCrashException() : targetMethod!.Invoke(_inner, args);
}
