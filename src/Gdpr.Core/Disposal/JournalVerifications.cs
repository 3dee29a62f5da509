using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Verifies the journal and takes note of what was found: once there were faults, nothing is destroyed until a later verification finds none, or
/// somebody acknowledges the damage (<see cref="Sweep.AcknowledgeDamageAsync"/>).</summary>
/// <remarks><see cref="GdprWork.RunDueAsync(Instant, TimeSpan, CancellationToken)"/> does it when it is due. This is for those who verify themselves:
/// a <see cref="JournalVerifier"/> alone tells nobody else.</remarks>
public sealed class JournalVerifications
{
    private readonly JournalVerifier _verifier;
    private readonly DamageGuard _damage;
    private readonly SweepAgenda _agenda;

    /// <summary>Makes one where nothing else of the library is at work.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="keys">The keys under which checkpoints were signed.</param>
    /// <param name="witness">What remembers the latest checkpoint outside; <see langword="null"/> to do without.</param>
    /// <param name="vault">Where the payloads are.</param>
    /// <param name="states">Where it is noted what was found.</param>
    /// <param name="clock">The time.</param>
    /// <param name="options">How often it is due; <see langword="null"/> for the default.</param>
    public JournalVerifications(
        IJournalStore journal, IKeyRing keys, IJournalWitness? witness, ISubjectVault vault, IStateStore states, IClock clock, SweepOptions? options = null)
        : this(
            new JournalVerifier(journal, keys, witness, vault),
            new DamageGuard(journal, states, new JournalWriter(new Journal(journal, vault, clock), clock), clock),
            new SweepAgenda(states, clock, options ?? new SweepOptions()))
    {
        ArgumentNullException.ThrowIfNull(vault);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(clock);
    }

    internal JournalVerifications(JournalVerifier verifier, DamageGuard damage, SweepAgenda agenda) => (_verifier, _damage, _agenda) = (verifier, damage, agenda);

    /// <summary>Verifies now. The next verification is due later only where this one finds nothing.</summary>
    /// <param name="now">The time of the verification.</param>
    /// <param name="cancellationToken">Cancels; nothing is noted then.</param>
    /// <returns>What was found.</returns>
    public async Task<JournalReport> VerifyAsync(Instant now, CancellationToken cancellationToken = default)
    {
        var report = await _verifier.VerifyAsync(cancellationToken).ConfigureAwait(false);
        await _damage.TakeAsync(report, cancellationToken).ConfigureAwait(false);
        if (report.IsIntact)
        {
            await _agenda.PlanVerificationAsync(now, cancellationToken).ConfigureAwait(false);
        }

        return report;
    }

    /// <summary>Verifies if it is due: at first, and <see cref="SweepOptions.VerifyEvery"/> after the last verification that found nothing.</summary>
    /// <param name="now">The instant at which it is due.</param>
    /// <param name="cancellationToken">Cancels; nothing is noted then.</param>
    /// <returns>What was found; <see langword="null"/> where it is not due.</returns>
    public async Task<JournalReport?> VerifyDueAsync(Instant now, CancellationToken cancellationToken = default) =>
        await _agenda.IsVerificationDueAsync(now, cancellationToken).ConfigureAwait(false)
            ? await VerifyAsync(now, cancellationToken).ConfigureAwait(false)
            : null;
}
