using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>What is disclosed is recorded, and who received what of whom can be told.</summary>
public sealed class DisclosureLogTests
{
    private static readonly DisclosureRequest Sms = new("sms", "service-provision", "crm.customers.phone");

    private static readonly DisclosureRequest Police = new("police", "crime-reports", "crm.customers.name")
    {
        Authority = new AuthorityDecision("SFS 1942:740", "Marker-Reference") { IsSecret = true },
    };

    /// <summary>A printer is told no secret of an authority's: the person learns that it has the data, and it learns of rectification and erasure.</summary>
    [Fact]
    public async Task What_goes_to_no_authority_is_kept_from_nobody_because_somebody_called_it_secret()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var request = new DisclosureRequest("sms", "service-provision", "crm.customers.phone") { Authority = Police.Authority };

        (await office.Disclosures.DiscloseAsync(request, person)).Reasons.Select(reason => reason.Code).ShouldBe([DisclosureReasons.NotAnAuthority]);
        (await office.Log.ReadForAnswerAsync(person)).ShouldBeEmpty();
        await office.Disclosures.RecordMadeAsync(request, [person], Office.Now);

        var told = (await office.Log.ReadForAnswerAsync(person)).ShouldHaveSingleItem();
        (told.Recipient, told.IsSecret).ShouldBe(("sms", false));
    }

    [Fact]
    public async Task People_of_another_controller_are_not_recorded_as_ones_own()
    {
        await using var office = Office.Open();
        var stranger = (await office.PersonAsync()) with { Controller = "another" };
        var before = (await office.EntriesAsync()).Count;

        await Should.ThrowAsync<ArgumentException>(() => office.Disclosures.RecordMadeAsync(
            new DisclosureRequest("sms", "service-provision", "crm.customers.phone"), [stranger], Office.Now));

        (await office.EntriesAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_disclosure_is_recorded_with_what_to_whom_when_why_and_on_which_ground()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        (await office.Disclosures.DiscloseAsync(Sms, person)).IsAllowed.ShouldBeTrue();

        var record = (await office.Log.ReadForAsync(person)).ShouldHaveSingleItem();
        (record.Recipient, record.Purpose, record.Activity, record.Agreement).ShouldBe(("sms", "service-provision", "messages", "sms"));
        record.Fields.ShouldBe(["crm.customers.phone"]);
        record.DataSets.ShouldBe(["crm.customers"]);
        record.Categories.ShouldBe(["contact.phone"]);
        (record.First, record.Last).ShouldBe((Office.Now, Office.Now));
        record.To!.Name!.En.ShouldBe("Sms AB");
        record.Against.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_denied_disclosure_is_journalled_and_is_no_disclosure()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var decision = await office.Disclosures.DiscloseAsync(new DisclosureRequest("buyer", "service-provision", "crm.customers.phone"), person);

        (decision.Outcome, decision.Fields.Count, decision.Subjects.Count).ShouldBe((DisclosureOutcome.Denied, 0, 0));
        (await office.Log.ReadForAsync(person)).ShouldBeEmpty();
        var entry = (await office.EntriesAsync()).Single(entry => entry.Content.Type == "disclosure-denied");
        entry.Content.Data.ShouldContain("recipient-undeclared");
        entry.Content.Data.ShouldContain("buyer");
    }

    [Fact]
    public async Task The_same_again_is_one_line_with_the_first_and_the_last_time()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        for (var day = 0; day < 3; day++)
        {
            await office.Disclosures.DiscloseAsync(Sms, person);
            office.Clock.Advance(Duration.FromDays(1));
        }

        var record = (await office.Log.ReadForAsync(person)).ShouldHaveSingleItem();
        (record.Last - record.First).ShouldBe(Duration.FromDays(2));
    }

    [Fact]
    public async Task Many_people_are_recorded_in_few_entries_and_each_can_be_told()
    {
        await using var office = Office.Open(options: options => options.SubjectsPerEntry = 100);
        var people = await office.PeopleAsync(1001);
        (await office.Disclosures.DiscloseAsync(Sms, people)).Subjects.Count.ShouldBe(1001);

        (await office.EntriesAsync()).Count(entry => entry.Content.Type == "disclosed").ShouldBe(11);
        foreach (var person in people)
        {
            (await office.Log.ReadForAsync(person)).ShouldHaveSingleItem().Recipient.ShouldBe("sms");
        }
    }

    [Fact]
    public async Task One_whose_data_is_restricted_stops_the_disclosure_of_all_unless_it_is_trimmed()
    {
        await using var office = Office.Open();
        var people = await office.PeopleAsync(3);
        await office.RecordAsync(
            people[1], SubjectEntries.RestrictionPlaced, new RestrictionData("r", RestrictionGround.AccuracyContested, ["crm.customers"]), SubjectJson.Default.RestrictionData);

        var refused = await office.Disclosures.DiscloseAsync(Sms, people);
        refused.Outcome.ShouldBe(DisclosureOutcome.Denied);
        refused.Reasons.ShouldHaveSingleItem().Code.ShouldBe("restricted");

        var trimmed = await office.Disclosures.DiscloseAsync(Sms with { Excess = DisclosureExcess.Trim }, people);
        trimmed.Subjects.ShouldBe([people[0], people[2]]);
        trimmed.Excluded.ShouldHaveSingleItem().Subject.ShouldBe(people[1]);
        (await office.Log.ReadForAsync(people[1])).ShouldBeEmpty();
        (await office.Log.ReadForAsync(people[2])).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_disclosure_under_secrecy_is_kept_from_the_person_until_the_secrecy_ends()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var decision = await office.Disclosures.DiscloseAsync(Police, person);
        await office.Disclosures.DiscloseAsync(Sms, person);

        (await office.Log.ReadForAnswerAsync(person)).ShouldHaveSingleItem().Recipient.ShouldBe("sms");
        var kept = (await office.Log.ReadForAsync(person)).Single(record => record.Recipient == "police");
        (await office.Log.ReadAuthorityReferenceAsync(person, kept)).ShouldBe("Marker-Reference");

        (await office.Log.EndSecrecyAsync(person, kept.Id, "data-protection-officer")).ShouldBeTrue();
        (await office.Log.EndSecrecyAsync(person, kept.Id, "data-protection-officer")).ShouldBeFalse();
        (await office.Log.ReadForAnswerAsync(person)).Count.ShouldBe(2);
        decision.Id.ShouldBe(kept.Id);
    }

    [Fact]
    public async Task Secrecy_with_an_end_ends_by_itself_at_that_instant()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Police with { Authority = Police.Authority! with { SecretUntil = Office.Now + Duration.FromDays(30) } }, person);

        office.Clock.Advance(Duration.FromDays(30) - Duration.Epsilon);
        (await office.Log.ReadForAnswerAsync(person)).ShouldBeEmpty();
        office.Clock.Advance(Duration.FromMinutes(1));
        (await office.Log.ReadForAnswerAsync(person)).ShouldHaveSingleItem().Recipient.ShouldBe("police");
    }

    [Fact]
    public async Task Neither_references_nor_identifiers_stand_in_the_journal()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync("Marker-Id");
        await office.Disclosures.DiscloseAsync(Police, person);
        (await office.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("Marker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disclosure_that_was_made_and_should_not_have_been_is_recorded_as_such()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var decision = await office.Disclosures.RecordMadeAsync(
            new DisclosureRequest("sms", "service-provision", "crm.customers.email"), [person], Office.Now - Duration.FromDays(2));

        decision.Outcome.ShouldBe(DisclosureOutcome.Denied);
        var record = (await office.Log.ReadForAsync(person)).ShouldHaveSingleItem();
        record.Fields.ShouldBe(["crm.customers.email"]);
        record.Against.ShouldBe(["beyond-declared"]);
        record.First.ShouldBe(Office.Now - Duration.FromDays(2));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => office.Disclosures.RecordMadeAsync(Sms, [person], Office.Now + Duration.FromSeconds(1)));
    }

    [Fact]
    public async Task What_was_disclosed_outlives_the_entries_that_said_so()
    {
        var world = new OfficeWorld();
        DataSubject person;
        await using (var office = Office.Open(world))
        {
            person = await office.PersonAsync();
            await office.Disclosures.DiscloseAsync(Sms, person);
            await office.Disclosures.DiscloseAsync(Police, person);
            for (var expiry = 1; expiry <= 3; expiry++)
            {
                await office.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
                world.Clock.Advance(Duration.FromDays(100));
                (await office.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
                await office.Disclosures.DiscloseAsync(Sms, person);
            }

            (await office.EntriesAsync()).Count(entry => entry.Content.Type == "disclosed").ShouldBe(1);
        }

        world.States = new InMemoryStateStore();
        await using var next = Office.Open(world);
        var records = await next.Log.ReadForAsync(person);
        records.Count.ShouldBe(2);
        records.ShouldAllBe(record => record.First == Office.Now);
        records.Single(record => record.Recipient == "sms").Last.ShouldBe(Office.Now + Duration.FromDays(300));
        (await next.Log.ReadAuthorityReferenceAsync(person, records.Single(record => record.Recipient == "police"))).ShouldBe("Marker-Reference");
        (await next.Log.ReadForAnswerAsync(person)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_controller_discloses_nothing_of_anothers_people()
    {
        await using var office = Office.Open();
        var stranger = new DataSubject("other", new SubjectKey("k"));
        (await office.Disclosures.DiscloseAsync(Sms, stranger)).Reasons.ShouldHaveSingleItem().Code.ShouldBe("other-controller");
    }
}
