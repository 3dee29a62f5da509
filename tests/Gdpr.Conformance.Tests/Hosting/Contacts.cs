using System.Text;
using System.Text.Json;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Hosting;

/// <summary>What follows from an address for questions: without one the organisation does not start, and it stands on every answer.</summary>
public static class Contacts
{
    /// <summary>That the contact, and the authority, stand on what a person is answered, and those of the next version on the next answer.</summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="contact">The contact that it promises.</param>
    /// <param name="dataSet">Where it holds something of people.</param>
    /// <param name="triggers">The dates of the record.</param>
    public static async Task ShouldStandOnEveryAnswerAsync(Organisation organisation, string contact, string dataSet, string triggers)
    {
        var controller = organisation.Policy.Controllers.Keys.Single();
        (await OrganisationHost.RefusedWithoutAsync(organisation, $"/controllers/{controller}/contact"))
            .ShouldContain(finding => finding.Code == FindingCodes.MissingMember && finding.Severity == FindingSeverity.Error);
        await using var host = await OrganisationHost.StartAsync(organisation);
        await ShouldNameAsync("before", contact);

        host.Clock.Advance(Duration.FromDays(1));
        await host.SupersedeAsync(organisation.With(policy =>
        {
            policy["version"] = "2026.2";
            policy["effective"] = "2026-11-22";
            policy["controllers"]![controller]!["contact"] = "questions@moved.example";
        }));
        await ShouldNameAsync("after", "questions@moved.example");

        async Task ShouldNameAsync(string when, string expected)
        {
            var requests = host.Get<DataSubjectRequests>();
            foreach (var right in new[] { DataSubjectRight.Access, DataSubjectRight.Portability, DataSubjectRight.Erasure, DataSubjectRight.Objection })
            {
                var id = $"{when}-{right}";
                await host.PutAsync(dataSet, id, id, triggers);
                var request = await host.HandleAsync(right, await host.PersonAsync(id));
                foreach (var language in new[] { "en", "sv" })
                {
                    var remedies = right switch
                    {
                        DataSubjectRight.Access => (await requests.ComposeAccessAsync(request.Id, language)).Content.Remedies,
                        DataSubjectRight.Portability => ManifestOf(await requests.ComposePackageAsync(request.Id, language)),
                        _ => (await requests.ComposeAnswerAsync(request.Id, language)).Content.Remedies,
                    };
                    (remedies.Company, remedies.Authority).ShouldBe((expected, "IMY"), $"{right} {language}");
                }
            }

            var access = await host.PersonAsync($"{when}-also");
            (await host.AccessAsync(access)).Controller.Contact.ShouldBe(expected);
        }

        static Remedies ManifestOf(PortabilityPackage package)
        {
            var remedies = JsonDocument.Parse(Encoding.UTF8.GetString(package.Files[0].Content.Span)).RootElement.GetProperty("remedies");
            return new Remedies(
                remedies.GetProperty("company").GetString()!, remedies.GetProperty("authority").GetString()!, remedies.GetProperty("court").GetString()!);
        }
    }
}
