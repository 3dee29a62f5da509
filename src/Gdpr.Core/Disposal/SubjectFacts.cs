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
    /// <remarks>Only data sets under whose ids the person is known. Facts that no longer hold are taken away by their ids, whoever the ids were of, and so are those that
    /// another version of the policy has put on data, or for a purpose, that they are not about.</remarks>
    /// <param name="source">The source, prepared.</param>
    /// <param name="subject">The person.</param>
    /// <param name="state">The person's state.</param>
    /// <param name="isAgain">Whether what has changed are the terms: data may have been the person's controller's that is not any more.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<FactChange>> ChangesAsync(
        IDisposalSource source, DataSubject subject, SubjectState state, bool isAgain, CancellationToken cancellationToken)
    {
        var rules = schedule();
        var native = state.IsForgotten ? null : await directory.ReadNativeIdsAsync(subject, state, cancellationToken).ConfigureAwait(false);
        var changes = new List<FactChange>();
        foreach (var path in source.DataSets)
        {
            if (rules.Find(path) is not { } dataSet)
            {
                continue;
            }

            var purposes = PurposesOf(subject, rules.Policy, dataSet);
            if (purposes is null && !isAgain)
            {
                continue;
            }

            var ids = native is null ? [] : SubjectDirectory.IdsIn(native, path);
            changes.AddRange(FactsOf(state, dataSet, rules.Policy, purposes).Select(fact => ChangeOf(fact, path, ids)));
            foreach (var ending in state.Endings.Concat(state.TakenBack ?? []))
            {
                if (purposes is null || !NamedDataSets.Reach(ending.DataSets, path, rules.Policy))
                {
                    changes.AddRange(IdsOf(ending, dataSet).Select(id => ChangeOf((id, null), path, ids)));
                    continue;
                }

                // What was granted under a name that the policy does not know any more may be about this data set, or about another.
                var isCertain = ending.DataSets.Count == 0 || ending.DataSets.Contains(path, StringComparer.Ordinal);
                var concerned = await ConcernedAsync(ending, ids, path).ConfigureAwait(false);
                var known = isCertain ? ending : ending with { IsInDoubt = true };
                changes.AddRange(FactsOf(state, known, dataSet, purposes).Select(fact => ChangeOf(fact, path, concerned)));
            }
        }

        return changes;

        FactChange ChangeOf((string Id, RecordFact? Fact) one, string path, IReadOnlyList<string> ids) =>
            new($"{subject.Key}/{one.Id}", path, new FactTarget.Subjects(ids), ids.Count > 0 ? one.Fact : null);

        // What was done once, and is to be done again after a restore, is about what the person was known by then.
        async ValueTask<IReadOnlyList<string>> ConcernedAsync(EndingState ending, IReadOnlyList<string> ids, string path) =>
            ending.DoneIdentity is not { } then || then == state.Identity || state.IsForgotten ? ids
                : SubjectDirectory.IdsIn(
                    await directory.ReadNativeIdsAsync(subject, state with { Identity = then }, cancellationToken).ConfigureAwait(false), path) is { Count: > 0 } known
                    ? known : ids;
    }

    /// <summary>What the facts in a source depend on besides the journal: the data sets that the policy declares, whose purposes they serve there, and how the source
    /// names their records and people.</summary>
    /// <param name="source">The source, prepared.</param>
    public string TermsOf(IDisposalSource source)
    {
        var rules = schedule();
        var text = new StringBuilder()
            .AppendJoin(' ', rules.Policy.Systems.SelectMany(system => system.Value.DataSets.Keys.Select(id => $"{system.Key}.{id}")).Order(StringComparer.Ordinal));
        foreach (var path in source.DataSets.Order(StringComparer.Ordinal))
        {
            if (rules.Find(path) is { } dataSet)
            {
                text.Append('\n').Append(path).Append(' ').Append(source.NamingOf(path)).AppendJoin(' ', dataSet.Rules.Select(rule =>
                    $" {rule.Purpose}{(MarketingPurposes.Has(rules.Policy, rule.Purpose) ? "!" : "")} " +
                    $"{PolicyControllers.ControllerOf(rules.Policy, rule)} {rules.Policy.Activities[rule.ActivityId].Capacity}").Order(StringComparer.Ordinal));
            }
        }

        return Digest.Of(Encoding.UTF8.GetBytes(text.ToString())).ToString();
    }

    /// <summary>The purposes of the person's controller in a data set, or those that the organisation has there for clients where the controller is one of them;
    /// <see langword="null"/> where the data set is not that controller's.</summary>
    /// <remarks>A purpose is one organisation's in a data set: a policy in which it is two's is refused (<see cref="FindingCodes.PurposeOfSeveral"/>).</remarks>
    private static HashSet<string>? PurposesOf(DataSubject subject, GdprPolicy policy, DataSetSchedule dataSet)
    {
        var isDeclared = policy.Controllers.ContainsKey(subject.Controller);
        var own = dataSet.Rules.Where(rule => isDeclared ? PolicyControllers.ControllerOf(policy, rule) == subject.Controller
            : policy.Activities[rule.ActivityId].Capacity == ProcessingCapacity.Processor).Select(rule => rule.Purpose).ToHashSet(StringComparer.Ordinal);
        return own.Count > 0 || (isDeclared && dataSet.Rules.Count == 0) ? own : null;
    }

    /// <summary>Each fact with its id; <see langword="null"/> where it holds no longer.</summary>
    private static IEnumerable<(string Id, RecordFact? Fact)> FactsOf(
        SubjectState state, DataSetSchedule dataSet, GdprPolicy policy, HashSet<string>? purposes)
    {
        foreach (var consent in state.Consents.Where(consent => consent.Field is null && dataSet.Purposes.Contains(consent.Purpose)))
        {
            yield return ($"consent/{consent.Purpose}", IsOwn(consent.Purpose) ? Of(consent) : null);
        }

        foreach (var objection in state.Objections.Where(objection => objection.Channel is null))
        {
            foreach (var purpose in dataSet.Purposes)
            {
                yield return ($"objection/{objection.Id}/{purpose}",
                    IsOwn(purpose) && objection.IsTo(purpose, MarketingPurposes.Has(policy, purpose)) ? Of(objection, purpose) : null);
            }
        }

        foreach (var restriction in state.Restrictions)
        {
            var flag = restriction.OutlastsTime ? RecordFlags.RestrictedForClaims : RecordFlags.Restricted;
            yield return ($"restriction/{restriction.Id}", restriction.Stands && IsAbout(restriction.DataSets) ? RecordFact.Of(flag) : null);
        }

        foreach (var request in state.Requests)
        {
            yield return ($"request/{request.Id}", request.Freezes && IsAbout(request.DataSets) ? RecordFact.Of(RecordFlags.RequestOpen) : null);
        }

        bool IsOwn(string purpose) => purposes is not null && purposes.Contains(purpose);

        bool IsAbout(IReadOnlyList<string> named) => purposes is not null && NamedDataSets.Reach(named, dataSet.Path, policy);
    }

    /// <summary>The ids of all facts that an ending may have put beside a data set.</summary>
    private static IEnumerable<string> IdsOf(EndingState ending, DataSetSchedule dataSet) =>
        dataSet.Purposes.Select(purpose => $"ending/{ending.Id}/{purpose}").Prepend($"ending/{ending.Id}");

    private static IEnumerable<(string Id, RecordFact? Fact)> FactsOf(
        SubjectState state, EndingState ending, DataSetSchedule dataSet, HashSet<string> purposes)
    {
        // Whether the purposes are one organisation's alone is for the policy to say: under another version it was the one, or the other.
        var isWhole = ending is { IsErasure: true, Purposes.Count: 0 } && dataSet.Purposes.All(purposes.Contains);
        var fact = ending.IsErasure ? PurposeFact.ErasureGranted : PurposeFact.PurposeEnded;
        return dataSet.Purposes.Select(purpose => ($"ending/{ending.Id}/{purpose}", IsEnded(purpose) ? RecordFact.Of(fact, purpose, ending.IsInDoubt) : null))
            .Prepend(($"ending/{ending.Id}", isWhole && !ending.IsDone ? RecordFact.Of(RecordFlags.ErasureGranted, ending.IsInDoubt) : null));

        bool IsEnded(string purpose) => !isWhole && !ending.IsDone && purposes.Contains(purpose)
            && (ending.Purposes.Count == 0 || ending.Purposes.Contains(purpose, StringComparer.Ordinal)) && state.IsEndedBy(ending, purpose);
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
        ObjectionPhase.Upheld when objection.Until is null => RecordFact.Of(PurposeFact.ObjectionUpheld, purpose),
        ObjectionPhase.Upheld => RecordFact.Of(PurposeFact.ObjectionPending, purpose),
        _ => null,
    };
}
