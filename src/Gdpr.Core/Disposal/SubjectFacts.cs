using System.Globalization;
using System.Text;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>What a person's state means beside the data: facts on that person's records, each under an id of its own.</summary>
internal sealed class SubjectFacts(SubjectDirectory directory, Func<RetentionSchedule> schedule)
{
    /// <summary>The facts to put or to take away for a person in a source.</summary>
    /// <remarks>Only data sets under whose ids the person is known. Facts that no longer hold are taken away by their ids, whoever the ids were of. In a source that
    /// was restored erasures that were done after the backup stand again until they have been replayed, on what the person was known by when they were done: what was
    /// collected of the person anew was never erased.</remarks>
    public async ValueTask<IReadOnlyList<FactChange>> ChangesAsync(
        IDisposalSource source, DataSubject subject, SubjectState state, RestoredSource? restored, CancellationToken cancellationToken)
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
            foreach (var (id, fact) in FactsOf(state, dataSet, rules.Policy))
            {
                changes.Add(ChangeOf(id, path, ids, fact));
            }

            foreach (var ending in state.Endings.Where(one => Concerns(one.DataSets, dataSet)))
            {
                var isBack = ending.IsDone && restored?.MayHaveBack(path, ending.DoneAt) == true;
                var goneIds = isBack ? await IdsWhenDoneAsync(ending, ids, path).ConfigureAwait(false) : ids;
                changes.AddRange(FactsOf(ending, dataSet).Select(fact => ChangeOf(fact.Id, path, goneIds, !ending.IsDone || isBack ? fact.Fact : null)));
            }
        }

        return changes;

        FactChange ChangeOf(string id, string path, IReadOnlyList<string> ids, RecordFact? fact) =>
            new($"{subject.Key}/{id}", path, new FactTarget.Subjects(ids), ids.Count > 0 ? fact : null);

        async ValueTask<IReadOnlyList<string>> IdsWhenDoneAsync(EndingState ending, IReadOnlyList<string> now, string path) =>
            ending.DoneIdentity is not { } then || then == state.Identity || state.IsForgotten ? now
                : SubjectDirectory.IdsIn(
                    await directory.ReadNativeIdsAsync(subject, state with { Identity = then }, cancellationToken).ConfigureAwait(false), path) is { Count: > 0 } ids
                    ? ids : now;
    }

    /// <summary>The terms on which facts are put in a source today.</summary>
    public FactTerms TermsOf(IDisposalSource source, RestoredSource? restored)
    {
        var rules = schedule();
        var text = new StringBuilder()
            .AppendJoin(' ', rules.Policy.Systems.SelectMany(system => system.Value.DataSets.Keys.Select(id => $"{system.Key}.{id}")).Order(StringComparer.Ordinal))
            .Append('\n');
        foreach (var path in source.DataSets.Order(StringComparer.Ordinal))
        {
            if (rules.Find(path) is { } dataSet)
            {
                text.Append(CultureInfo.InvariantCulture, $"{path} {PolicyControllers.ControllerOf(rules, dataSet)} {IsForClients(rules, dataSet)} ")
                    .AppendJoin(' ', dataSet.Purposes.Order(StringComparer.Ordinal)).Append('\n');
            }
        }

        return new FactTerms
        {
            Rules = Digest.Of(Encoding.UTF8.GetBytes(text.ToString())).ToString(),
            Replaying = restored is { Waiting.Count: > 0 }
                ? $"{restored.From.ToString(CultureInfo.InvariantCulture)} {string.Join(' ', restored.Waiting.Order(StringComparer.Ordinal))}" : "",
        };
    }

    /// <summary>Whether a data set may hold the person: it is the controller's, or the organisation keeps it for clients, and the controller is one of those.</summary>
    private static bool IsOf(DataSubject subject, RetentionSchedule rules, DataSetSchedule dataSet) =>
        (PolicyControllers.ControllerOf(rules, dataSet) is var controller && (controller.Length == 0 || controller == subject.Controller))
        || (!rules.Policy.Controllers.ContainsKey(subject.Controller) && IsForClients(rules, dataSet));

    private static bool IsForClients(RetentionSchedule rules, DataSetSchedule dataSet) =>
        dataSet.Rules.Any(rule => rules.Policy.Activities[rule.ActivityId].Capacity == ProcessingCapacity.Processor);

    /// <summary>Each fact with its id; <see langword="null"/> where it holds no longer.</summary>
    private static IEnumerable<(string Id, RecordFact? Fact)> FactsOf(SubjectState state, DataSetSchedule dataSet, GdprPolicy policy)
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

        foreach (var restriction in state.Restrictions.Where(one => NamedDataSets.Reach(one.DataSets, dataSet.Path, policy)))
        {
            var flag = restriction.Ground is RestrictionGround.Unlawful or RestrictionGround.Claims ? RecordFlags.RestrictedForClaims : RecordFlags.Restricted;
            yield return ($"restriction/{restriction.Id}", restriction.Stands ? RecordFact.Of(flag) : null);
        }

        foreach (var request in state.Requests.Where(one => NamedDataSets.Reach(one.DataSets, dataSet.Path, policy)))
        {
            yield return ($"request/{request.Id}", request.Freezes ? RecordFact.Of(RecordFlags.RequestOpen) : null);
        }
    }

    private static IEnumerable<(string Id, RecordFact Fact)> FactsOf(EndingState ending, DataSetSchedule dataSet)
    {
        if (ending is { IsErasure: true, Purposes.Count: 0 })
        {
            return [($"ending/{ending.Id}", RecordFact.Of(RecordFlags.ErasureGranted))];
        }

        var fact = ending.IsErasure ? PurposeFact.ErasureGranted : PurposeFact.PurposeEnded;
        var purposes = ending.Purposes.Count > 0 ? ending.Purposes.Where(purpose => dataSet.PurposeIndex(purpose) >= 0) : dataSet.Purposes;
        return purposes.Select(purpose => ($"ending/{ending.Id}/{purpose}", RecordFact.Of(fact, purpose)));
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
