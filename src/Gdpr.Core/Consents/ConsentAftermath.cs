using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Subjects;

namespace Gdpr.Consents;

/// <summary>What follows once a step about a person is journalled: facts beside the data, work that is stopped, data that becomes due.</summary>
/// <remarks>The step counts whatever goes wrong here: the pump does what is left.</remarks>
internal sealed class ConsentAftermath(Func<GdprPolicy> policy, FactsKeeper facts, SweepAgenda agenda, StoppedWork stops)
{
    private const string Facts = "facts";

    /// <summary>Has a step followed by what it leads to.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="ended">The purposes that ended by it.</param>
    public async ValueTask<ConsentEffects> FollowAsync(DataSubject subject, IReadOnlyList<string> ended)
    {
        // First what must not be sent any more, then what must go.
        var notStopped = ended.Count > 0 ? await stops.StopAsync(subject, CancellationToken.None).ConfigureAwait(false) : [];
        return await FollowAsync([.. ended.Select(purpose => (subject.Controller, purpose))]).ConfigureAwait(false) with { NotStopped = notStopped };
    }

    /// <summary>Has the steps of many people followed by what they lead to, but for the work that is stopped: the pump tells that person by person.</summary>
    /// <param name="ended">The purposes that ended for any of them, each with its controller.</param>
    public async ValueTask<ConsentEffects> FollowAsync(IReadOnlyCollection<(string Controller, string Purpose)> ended)
    {
        var notReached = await SettleAsync().ConfigureAwait(false);
        string[] due =
        [
            .. ended.SelectMany(one => ConsentTerms.DataSetsOf(policy(), one.Purpose, one.Controller)).Select(set => set.Path.DataSetPath)
                .Distinct(StringComparer.Ordinal),
        ];
        if (due.Length > 0)
        {
            await agenda.WakeAsync(due).ConfigureAwait(false);
        }

        return new ConsentEffects { NotReached = notReached, Due = due };
    }

    private async ValueTask<IReadOnlyList<string>> SettleAsync()
    {
        try
        {
            return [.. (await facts.SettleAsync(CancellationToken.None).ConfigureAwait(false)).Keys.Order(StringComparer.Ordinal)];
        }
        catch (FactsBusyException)
        {
            // Somebody else is at it, and will meet the entry: whoever destroys anything waits for it.
            return [Facts];
        }
    }
}
