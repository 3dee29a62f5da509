using System.Text;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Insignis;

/// <summary>What Insignis holds on a person, and gives out.</summary>
public sealed class AccessTests
{
    [Fact]
    [Trait("clause", "INS-08")]
    [Trait("clause", "INS-15")]
    public async Task A_person_gets_a_list_by_category_source_and_purpose_and_never_the_password()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("directory.users", "u1", "p1", "last-sign-in=2026-11-20");
        var request = await host.HandleAsync(DataSubjectRight.Access, person);

        var answer = await requests.ComposeAccessAsync(request.Id);

        answer.Content.Purposes.ShouldContain(purpose => purpose.Categories.Count > 0 && purpose.DataSets.Contains("directory.users"));
        answer.Content.Sources.ShouldContain(source => source.DataSet == "directory.users");
        answer.Content.Limits.ShouldContain(limit => limit.Path == "directory.users.password" && limit.Reason == RightsReasons.Credential);
        Encoding.UTF8.GetString(answer.ToJson()).ShouldNotContain("marker-password");
    }

    [Fact]
    [Trait("clause", "INS-08")]
    public async Task A_picture_that_a_person_chose_to_give_goes_when_they_take_it_back_and_nothing_else_does()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var (person, consents) = (await host.PersonAsync("p1"), host.Get<ConsentService>());
        await host.PutAsync("directory.users", "u1", "p1", "last-sign-in=2026-11-20");
        await consents.GiveAsync(new ConsentGrant(
            person, "profile-picture", consents.Ask("profile-picture", "sv").Shown, new ConsentAct(ConsentActKind.TickedBox, "web")));
        await host.SweepAsync();
        (await host.FindAsync("directory.users", "u1"))!.Keys.ShouldContain("picture");

        await consents.WithdrawAsync(person, "profile-picture");
        await host.PassAsync(Duration.FromMinutes(1));

        (await host.FindAsync("directory.users", "u1"))!.Keys
            .ShouldBe(host.Policy.Systems["directory"].DataSets["users"].Fields.Keys.Except(["picture"]), ignoreOrder: true);
    }

    [Fact]
    [Trait("clause", "INS-10")]
    public async Task Mail_is_found_by_identifier_and_looked_through_before_it_is_given_out()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var requests = host.Get<DataSubjectRequests>();
        var person = await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(Gdpr.Journals.SubjectIdentifier.OfEmail("anna@kund.example"))
        {
            NativeIds = new Dictionary<string, IReadOnlyList<string>> { ["mail.staff-messages"] = ["anna@kund.example"] },
        });
        await host.PutAsync("mail.staff-messages", "m1", "anna@kund.example", "received=2026-11-01");
        await host.PutAsync("mail.staff-messages", "m2", "bo@kund.example", "received=2026-11-01", "somebody-else");
        var request = await host.HandleAsync(DataSubjectRight.Access, person);

        var answer = await requests.ComposeAccessAsync(request.Id);

        answer.ToReview.ShouldContain("mail.staff-messages");
        Encoding.UTF8.GetString(answer.ToJson()).ShouldNotContain("somebody-else");
        (await Should.ThrowAsync<RequestException>(() => requests.GiveAnswerAsync(answer, Requests.Officer))).Code.ShouldBe("E-DSR-06");
    }

    [Fact]
    [Trait("clause", "INS-13")]
    public async Task Portability_is_not_access_again()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("directory.users", "u1", "p1", "last-sign-in=2026-11-20");
        await host.PutAsync("orders.orders", "o1", "p1", "ordered=2026-11-01");

        var access = await requests.ComposeAccessAsync((await host.HandleAsync(DataSubjectRight.Access, person)).Id);
        var package = await requests.ComposePackageAsync((await host.HandleAsync(DataSubjectRight.Portability, person)).Id);

        access.Content.DataSets.SelectMany(dataSet => dataSet.Records).SelectMany(record => record.Fields.Keys).ShouldContain("order");
        string.Join('\n', package.Files.Select(file => Encoding.UTF8.GetString(file.Content.Span))).ShouldNotContain("marker-order");
        Encoding.UTF8.GetString(package.Files[0].Content.Span).ShouldContain(RightsReasons.BasisNotPortable);
    }

    [Fact]
    [Trait("clause", "INS-12")]
    public async Task What_was_told_orally_is_registered_with_who_registered_it()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var (person, register) = (await host.PersonAsync("p1"), host.Get<CollectionRegister>());

        var nobody = await register.CollectAsync(new Collection("orders.orders", "oral") { Channel = "phone" }, [person]);
        var somebody = await register.CollectAsync(new Collection("orders.orders", "oral") { Channel = "phone", By = "service-desk" }, [person]);

        nobody.Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.RegistrarMissing);
        somebody.IsAllowed.ShouldBeTrue(string.Join("; ", somebody.Reasons));
        (await register.ReadForAsync(person)).Collected.ShouldHaveSingleItem().By.ShouldBe("service-desk");
    }
}
