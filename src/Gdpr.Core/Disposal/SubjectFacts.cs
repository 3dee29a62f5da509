using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>What a person's state means beside the data: facts on that person's records, each under an id of its own.</summary>
internal sealed class SubjectFacts(SubjectDirectory directory, Func<RetentionSchedule> schedule)
{
    /// <summary>The facts to put or to take away for a person in a source.</summary>
    /// <remarks>Only data sets under whose ids the person is known. Facts that no longer hold are taken away by their ids, whoever the ids were of.</remarks>
    public async ValueTask<IReadOnlyList<FactChange>> ChangesAsync(
        IDisposalSource source, DataSubject subject, SubjectState state, CancellationToken cancellationToken)
    {
        var rules = schedule();
        var known = state.IsForgotten ? null : await directory.ReadNativeIdsAsync(subject, state, cancellationToken).ConfigureAwait(false);
        var changes = new List<FactChange>();
        foreach (var path in source.DataSets)
        {
            if (rules.Find(path) is not { } dataSet || !IsOf(subject, rules, dataSet))
            {
                continue;
            }

            var ids = known is null ? [] : SubjectDirectory.IdsIn(known, path);
            var target = new FactTarget.Subjects(ids);
            foreach (var (id, fact) in FactsOf(state, dataSet))
            {
                changes.Add(new FactChange($"{subject.Key}/{id}", path, target, ids.Count > 0 ? fact : null));
            }
        }

        return changes;
    }

    /// <summary>Whether a data set may hold the person: it is the controller's, or the organisation keeps it for clients, and the controller is one of those.</summary>
    private static bool IsOf(DataSubject subject, RetentionSchedule rules, DataSetSchedule dataSet) =>
        (PolicyControllers.ControllerOf(rules, dataSet) is var controller && (controller.Length == 0 || controller == subject.Controller))
        || (!rules.Policy.Controllers.ContainsKey(subject.Controller)
            && dataSet.Rules.Any(rule => rules.Policy.Activities[rule.ActivityId].Capacity == ProcessingCapacity.Processor));

    /// <summary>Each fact with its id; <see langword="null"/> where it holds no longer.</summary>
    private static IEnumerable<(string Id, RecordFact? Fact)> FactsOf(SubjectState state, DataSetSchedule dataSet)
    {
        foreach (var consent in state.Consents.Where(consent => consent.Field is null && dataSet.PurposeIndex(consent.Purpose) >= 0))
        {
            yield return ($"consent/{consent.Purpose}", Of(consent));
        }

        foreach (var objection in state.Objections.Where(objection => objection.Channel is null))
        {
            foreach (var purpose in objection.Purposes.Where(purpose => dataSet.PurposeIndex(purpose) >= 0))
            {
                yield return ($"objection/{objection.Id}/{purpose}", Of(objection, purpose));
            }
        }

        foreach (var restriction in state.Restrictions.Where(one => Concerns(one.DataSets, dataSet)))
        {
            var flag = restriction.Ground is RestrictionGround.Unlawful or RestrictionGround.Claims ? RecordFlags.RestrictedForClaims : RecordFlags.Restricted;
            yield return ($"restriction/{restriction.Id}", restriction.Stands ? RecordFact.Of(flag) : null);
        }

        foreach (var request in state.Requests.Where(one => Concerns(one.DataSets, dataSet)))
        {
            yield return ($"request/{request.Id}", request.Freezes ? RecordFact.Of(RecordFlags.RequestOpen) : null);
        }

        foreach (var ending in state.Endings.Where(one => Concerns(one.DataSets, dataSet)))
        {
            if (ending is { IsErasure: true, Purposes.Count: 0 })
            {
                yield return ($"ending/{ending.Id}", ending.IsDone ? null : RecordFact.Of(RecordFlags.ErasureGranted));
                continue;
            }

            var fact = ending.IsErasure ? PurposeFact.ErasureGranted : PurposeFact.PurposeEnded;
            var purposes = ending.Purposes.Count > 0 ? ending.Purposes.Where(purpose => dataSet.PurposeIndex(purpose) >= 0) : dataSet.Purposes;
            foreach (var purpose in purposes)
            {
                yield return ($"ending/{ending.Id}/{purpose}", ending.IsDone || !state.IsEndedBy(ending, purpose) ? null : RecordFact.Of(fact, purpose));
            }
        }
    }

    private static RecordFact? Of(ConsentState consent) => consent.Phase switch
    {
        ConsentPhase.Given => RecordFact.Of(PurposeFact.ConsentGiven, consent.Purpose),
        ConsentPhase.Refused or ConsentPhase.Withdrawn or ConsentPhase.Expired => RecordFact.Of(PurposeFact.ConsentWithdrawn, consent.Purpose),

        // It is to be asked for anew: until there is an answer nobody knows.
        ConsentPhase.Superseded => RecordFact.Of(PurposeFact.ConsentGiven, consent.Purpose, isUnknown: true),
        _ => null,
    };

    /// <summary>A temporary objection keeps the data from the purpose and ends nothing: what it is about is used again afterwards.</summary>
    private static RecordFact? Of(ObjectionState objection, string purpose) => objection.Phase switch
    {
        ObjectionPhase.Pending => RecordFact.Of(PurposeFact.ObjectionPending, purpose),
        ObjectionPhase.Upheld => RecordFact.Of(objection.Until is null ? PurposeFact.ObjectionUpheld : PurposeFact.ObjectionPending, purpose),
        _ => null,
    };

    private static bool Concerns(IReadOnlyList<string> dataSets, DataSetSchedule dataSet) =>
        dataSets.Count == 0 || dataSets.Contains(dataSet.Path, StringComparer.Ordinal);
}
