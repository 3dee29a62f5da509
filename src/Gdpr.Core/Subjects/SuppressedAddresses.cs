using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Subjects;

/// <summary>Puts in force again, for whoever becomes known by a suppressed address, the objection to direct marketing for which it was suppressed (Art. 21(3)): without
/// it somebody who was forgotten and is bought again under a new key would be written to on a legitimate interest.</summary>
/// <remarks>It is written into the person's own state, so that no decision asks the vault. A vault that cannot be read is an exception: nobody is registered by
/// it.</remarks>
internal sealed class SuppressedAddresses(Func<GdprPolicy> policy, ISubjectVault vault, SubjectCommands commands, IClock clock)
{
    /// <summary>What is suppressed under some identifiers.</summary>
    public async ValueTask<IReadOnlyList<SuppressionEntry>> ReadAsync(
        string controller, IEnumerable<HashedIdentifier> identifiers, CancellationToken cancellationToken)
    {
        var found = new List<SuppressionEntry>();
        foreach (var identifier in identifiers)
        {
            found.AddRange(await vault.ReadSuppressionsAsync(controller, identifier, cancellationToken).ConfigureAwait(false));
        }

        return found.Count == 0 ? [] : SuppressionEntries.Latest(found);
    }

    /// <summary>What of it stands against a person who stands so, and what is to be recorded that it does in the person's state too.</summary>
    public SuppressionFinding Find(DataSubject subject, SubjectState state, IReadOnlyList<SuppressionEntry> entries)
    {
        if (entries.Count == 0)
        {
            return SuppressionFinding.None;
        }

        var (current, now) = (policy(), clock.GetCurrentInstant());
        var (standing, stopped, news) = (new List<SuppressionEntry>(), new SortedSet<string>(StringComparer.Ordinal), new List<PersonalEntry>());

        // One that came with a request for erasure may yet be nobody's.
        var objections = state.Objections.Where(one => !state.CameWithErasure(one)).ToList();
        foreach (var entry in entries)
        {
            string[] named = entry.Purpose.Length > 0 ? [entry.Purpose] : MarketingPurposes.Of(current);
            string[] purposes = [.. named.Where(purpose => !IsOther(current, purpose) && !entry.IsConsentedSince(state, purpose, now))];
            var stopsAll = named.Length == 0;
            if (purposes.Length == 0 && !stopsAll)
            {
                continue;
            }

            standing.Add(entry);
            stopped.UnionWith(purposes);
            var channel = entry.Channel.Length > 0 ? entry.Channel : null;
            string[] missing = [.. purposes.Where(purpose => !IsStopped(objections, purpose, channel, now))];
            if (missing.Length > 0 || (stopsAll && !IsStopped(objections, null, channel, now)))
            {
                // Since then, not since now: whoever has consented anew in between has answered it.
                var since = Instant.Min(entry.Since, now);
                var data = new ObjectionData(commands.NewId(), missing, IsMarketing: true) { Channel = channel, Suppressed = true };
                news.Add(new PersonalEntry(commands.EntryOf(
                    subject, SubjectEntries.ObjectionRaised, JsonSerializer.Serialize(data, SubjectJson.Default.ObjectionData), since)));
                objections.Add(new ObjectionState(data.Id, missing, ObjectionPhase.Upheld, since, now) { IsMarketing = true, Channel = channel });
            }
        }

        return new SuppressionFinding(standing, [.. stopped], news);
    }

    /// <summary>Looks a person's identifiers up, and records what stands against the person and is not in the state.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="identifiers">The identifiers; <see langword="null"/> for all that the vault has.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key it is.</exception>
    public async ValueTask<SuppressionFinding> CarryAsync(
        DataSubject subject, IReadOnlyList<HashedIdentifier>? identifiers, CancellationToken cancellationToken)
    {
        identifiers ??= await vault.ReadIdentifiersAsync(subject.Controller, subject.Key, cancellationToken).ConfigureAwait(false);
        var (entries, finding) = (await ReadAsync(subject.Controller, identifiers, cancellationToken).ConfigureAwait(false), SuppressionFinding.None);
        if (entries.Count > 0)
        {
            await commands.RecordAsync(subject, state => (finding = Find(subject, state, entries)).News, null, cancellationToken).ConfigureAwait(false);
        }

        return finding;
    }

    /// <summary>Whether the policy says that a purpose is something else than marketing: the match is used for marketing and nothing else. What it does not know may be.
    /// </summary>
    private static bool IsOther(GdprPolicy policy, string purpose) =>
        !MarketingPurposes.Has(policy, purpose) && (policy.Purposes.ContainsKey(purpose) || Vocabulary.Purposes.ContainsKey(purpose));

    private static bool IsStopped(List<ObjectionState> objections, string? purpose, string? channel, Instant now) => objections.Exists(one =>
        one is { IsMarketing: true, Until: null } && one.Stands(now) && one.IsAbout(channel)
        && (purpose is not null ? one.IsTo(purpose, isMarketing: true) : one.Purposes.Count == 0));
}

/// <summary>What of the suppression stands against a person.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Purposes">The purposes of the policy's that they stop.</param>
/// <param name="News">What is to be recorded of it in the person's stream.</param>
internal sealed record SuppressionFinding(IReadOnlyList<SuppressionEntry> Entries, IReadOnlyList<string> Purposes, IReadOnlyList<PersonalEntry> News)
{
    public static SuppressionFinding None { get; } = new([], [], []);
}

/// <summary>What a person's own answer makes of a suppression.</summary>
internal static class SuppressionAnswers
{
    /// <summary>Whether the person has consented anew since: what somebody else has imported says nothing of that.</summary>
    public static bool IsConsentedSince(this SuppressionEntry entry, SubjectState state, string purpose, Instant now) =>
        state.ConsentTo(purpose) is { ImportedFrom: null } consent && consent.IsInForce(now) && consent.OccurredAt > entry.Since;
}
