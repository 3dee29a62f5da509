using System.Text.Json.Nodes;
using Gdpr.Disclosures;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Data that the controller has made public and must erase: reasonable steps are taken to inform those who process it (Art. 17(2)).</summary>
public sealed class MadePublicTests
{
    private const string Inform = "inform-controllers";

    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    /// <summary>Customers' pictures stand on the website, by their consent.</summary>
    private static readonly GdprPolicy Website = RightsWorld.PolicyWith(json =>
    {
        json["recipients"]!["website"] = JsonNode.Parse("""{ "name": { "en": "Anybody, on our website" }, "kind": "public" }""");
        json["activities"]!["faces"]!["recipients"] = JsonNode.Parse("""[ { "recipient": "website", "data": ["crm.customers.picture"] } ]""");
    });

    [Fact]
    public async Task Whoever_processes_what_was_made_public_is_to_be_informed_when_it_is_erased_and_the_person_is_told_so()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: Website);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject, Faces);

        var task = (await world.Tasks.ListOpenAsync()).Single(one => one.Kind == Inform);
        (task.Owner, task.Subject).ShouldBe((RightsWorld.Officer, request.SubjectKey));
        task.DueBy.ShouldBeLessThan(task.LegalLimit!.Value);
        task.Question!.ShouldContain("crm.customers.picture");
        (await world.Get<RecipientNotifications>().ListOutstandingAsync()).ShouldBeEmpty("nobody can write to the public");
        var answer = await world.Requests.ComposeAnswerAsync(request.Id);
        answer.Content.MadePublic.ShouldBe(["crm.customers.picture"]);
        await world.AnswerAndCloseAsync(request);

        // Whoever has taken the steps says so, once; it is not asked again.
        await world.CompleteAsync(Inform, "told");
        world.Set(2026, 3, 12);
        await world.PumpAsync();
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(one => one.Kind == Inform);
    }

    [Theory]
    [InlineData(DataSubjectRight.Erasure, "crm.customers.score")]
    [InlineData(DataSubjectRight.Restriction, "crm.customers.picture")]
    public async Task Nobody_is_to_be_informed_of_what_was_not_published_or_is_not_erased(DataSubjectRight right, string field)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(ended: new LocalDate(2025, 1, 1)), policy: Website);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");

        var request = await world.HandleAsync(right, subject, intake => intake with
        {
            Scope = new RequestScope { Purposes = field.EndsWith("picture", StringComparison.Ordinal) ? ["personalisation"] : ["credit-assessment"] },
            Ground = right == DataSubjectRight.Restriction ? RestrictionGround.Unlawful : null,
        });

        (await world.Tasks.ListOpenAsync()).ShouldNotContain(one => one.Kind == Inform);
        (await world.Requests.ComposeAnswerAsync(request.Id)).Content.MadePublic.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_published_is_logged_and_no_notification_goes_to_nobody()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: Website);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        var made = await world.Get<DisclosureService>().DiscloseAsync(
            new DisclosureRequest("website", "personalisation", "crm.customers.picture"), [subject]);
        made.IsAllowed.ShouldBeTrue(string.Join("; ", made.Reasons));

        await world.HandleAsync(DataSubjectRight.Erasure, subject, Faces);

        (await world.Get<DisclosureLog>().ReadForAsync(subject)).ShouldHaveSingleItem().Recipient.ShouldBe("website");
        (await world.Get<RecipientNotifications>().ReadForAsync(subject)).ShouldBeEmpty();
        (await world.Tasks.ListOpenAsync()).Count(one => one.Kind == Inform).ShouldBe(1);
    }

    /// <summary>Nobody has told recipients yet when a letter that stood on the website, too, has been erased by hand.</summary>
    [Fact]
    public async Task What_is_erased_later_is_asked_about_without_what_was_asked_about_before()
    {
        var policy = RightsWorld.PolicyWith(json =>
        {
            json["recipients"]!["website"] = JsonNode.Parse("""{ "name": { "en": "Anybody, on our website" }, "kind": "public" }""");
            json["activities"]!["faces"]!["recipients"] = JsonNode.Parse("""[ { "recipient": "website", "data": ["crm.customers.picture"] } ]""");
            json["activities"]!["archive"]!["recipients"] = JsonNode.Parse("""[ { "recipient": "website", "data": ["paper.letters.letter"] } ]""");
        });
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: policy);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject, intake => intake with
        {
            Scope = new RequestScope { DataSets = ["crm.customers", "paper.letters"], Purposes = ["personalisation", "customer-relations"] },
        });
        (await AskedAsync()).ShouldHaveSingleItem().ShouldContain("crm.customers.picture");

        await world.CompleteAsync("erase-by-hand", "done");
        await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        var asked = await AskedAsync();
        asked.Count.ShouldBe(2);
        asked.ShouldContain(question => question.Contains("paper.letters.letter") && !question.Contains("crm.customers.picture"));
        asked.ShouldContain(question => question.Contains("crm.customers.picture") && !question.Contains("paper.letters.letter"));

        async Task<IReadOnlyList<string>> AskedAsync() =>
            [.. (await world.Tasks.ListOpenAsync()).Where(one => one.Kind == Inform).Select(one => one.Question!)];
    }

    private static RequestIntake Faces(RequestIntake intake) => intake with { Scope = new RequestScope { Purposes = ["personalisation"] } };
}
