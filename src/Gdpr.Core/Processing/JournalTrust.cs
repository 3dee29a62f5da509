using Gdpr.Disposal;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Whether the journal can be relied on: not behind its witness, and not damaged, unless somebody has acknowledged it.</summary>
/// <remarks>An answer that it can is kept for a while; one that it cannot is asked for anew each time, so that an acknowledgement acts at once.</remarks>
internal sealed class JournalTrust(RestoreGuard restore, DamageGuard damage, ProcessingOptions options, IClock clock) : IUseBlock
{
    private long _trustedAt = long.MinValue;

    public async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetCurrentInstant().ToUnixTimeTicks();
        var trusted = Interlocked.Read(ref _trustedAt);
        if (trusted <= now && trusted != long.MinValue && now - trusted < options.CheckJournalEvery.Ticks)
        {
            return null;
        }

        if (await restore.FindMissingAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
            return ProcessingReasons.JournalRestored;
        }

        if (await damage.IsDamagedAsync(cancellationToken).ConfigureAwait(false))
        {
            return ProcessingReasons.JournalDamaged;
        }

        Interlocked.Exchange(ref _trustedAt, now);
        return null;
    }
}
