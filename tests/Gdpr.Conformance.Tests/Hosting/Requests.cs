using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Conformance.Tests.Hosting;

/// <summary>How an organisation handles a request from beginning to end.</summary>
public static class Requests
{
    public const string Officer = "data-protection-officer";

    /// <summary>Takes a request in, identified, at the present moment.</summary>
    public static Task<DataSubjectRequest> ReceiveAsync(
        this OrganisationHost host, DataSubjectRight right, DataSubject person, Func<RequestIntake, RequestIntake>? with = null)
    {
        var intake = new RequestIntake(right, person) { ReceivedAt = host.Now, Channel = "mail", Identity = IdentityMethod.KnownAddress };
        return host.Get<DataSubjectRequests>().ReceiveAsync(with is null ? intake : with(intake));
    }

    /// <summary>Takes a request in, assesses it, decides and carries it out; what a human must weigh is granted or not.</summary>
    public static async Task<DataSubjectRequest> HandleAsync(
        this OrganisationHost host, DataSubjectRight right, DataSubject person, Func<RequestIntake, RequestIntake>? with = null, bool grantWeighed = true)
    {
        var requests = host.Get<DataSubjectRequests>();
        var request = await requests.AssessAsync((await host.ReceiveAsync(right, person, with)).Id);
        foreach (var line in request.Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await requests.ResolveAsync(request.Id, line.Id, grantWeighed, grantWeighed ? line.Reason : RightsReasons.ObjectionOverruled, Officer);
        }

        await requests.DecideAsync(request.Id, Officer);
        return await requests.ExecuteAsync(request.Id);
    }

    /// <summary>What people are told a category is called.</summary>
    public static string TitleOf(this OrganisationHost host, string category) =>
        (host.Policy.Categories.GetValueOrDefault(category) ?? Vocabulary.Categories[category]).Title!.En!;

    /// <summary>What a person is told who asks for access.</summary>
    public static async Task<AccessAnswerContent> AccessAsync(this OrganisationHost host, DataSubject person, string language = "en") =>
        (await host.Get<DataSubjectRequests>().ComposeAccessAsync((await host.HandleAsync(DataSubjectRight.Access, person)).Id, language)).Content;
}
