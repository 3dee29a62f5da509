using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Asks the gate before data of people is disclosed. The answer is recorded with the disclosure: many people are one entry, not one each.</summary>
internal sealed class DisclosureGate(
    IProcessingGate gate, IReadOnlyList<IUseBlock> blocks, HostRules rules, IProcessingActorSource? actors, ProcessingOptions options)
{
    /// <summary>Whether the gate only reports: what it would have denied is disclosed, and recorded as such.</summary>
    public bool IsReportOnly => options.ReportOnly;

    /// <summary>What the gate says of some people, one after the other.</summary>
    /// <param name="request">What is to be disclosed.</param>
    /// <param name="decision">What the policy allows of it.</param>
    /// <param name="controller">The controller.</param>
    /// <param name="people">The people.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Per person the reasons why not, none where the gate agrees; and the last entry of the person's that they are of.</returns>
    public async ValueTask<IReadOnlyList<(IReadOnlyList<ProcessingReason> Reasons, long Position)>> AskAsync(
        DisclosureRequest request, DisclosureDecision decision, string controller, IReadOnlyList<DataSubject> people, CancellationToken cancellationToken)
    {
        var actor = request.Actor ?? actors?.Current;
        var asked = new ProcessingRequest(new DataSubject(controller, people[0].Key), decision.Purpose)
        {
            Activity = decision.Activity,
            Data = decision.Fields,
            Actor = actor,
            Channel = request.Channel,
            RestrictedUse = request.RestrictedUse,
        };
        var use = await gate.PrepareAsync(asked, cancellationToken).ConfigureAwait(false);
        var question = new ProcessingQuestion(use) { Channel = request.Channel, RestrictedUse = request.RestrictedUse };
        var blocked = await BlocksAsync(cancellationToken).ConfigureAwait(false);
        var answers = new List<(IReadOnlyList<ProcessingReason>, long)>(people.Count);
        foreach (var person in people)
        {
            var standing = await gate.StandingAsync(person, cancellationToken).ConfigureAwait(false);
            var said = gate.Decide(question, standing, decision.At).Reasons;
            var ruled = standing.State is { } state
                ? await rules.JudgeAsync(asked with { Subject = person }, state, decision.At, cancellationToken).ConfigureAwait(false) : [];

            // A host that names nobody decides itself who may disclose: all else that the gate has against it still counts.
            ProcessingReason[] reasons = said.Count + ruled.Count + blocked.Count == 0 ? []
                : [.. said.Where(reason => actor is not null || reason.Code != ProcessingReasons.ActorUnknown), .. blocked, .. ruled.Select(answer => answer.Reason)];
            answers.Add((reasons, standing.State?.FactsPosition ?? 0));
        }

        return answers;
    }

    private async ValueTask<IReadOnlyList<ProcessingReason>> BlocksAsync(CancellationToken cancellationToken)
    {
        var reasons = new List<ProcessingReason>();
        foreach (var block in blocks)
        {
            if (await block.FindAsync(cancellationToken).ConfigureAwait(false) is { } code)
            {
                reasons.Add(ProcessingReasons.Of(code));
            }
        }

        return reasons;
    }
}
