using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Reads where a person stands: one indexed read, and what other nodes have recorded no later than the options say.</summary>
internal sealed class StandingReader(SubjectRegister register, JournalFolds folds, RecentSubjects recent, ProcessingOptions options, IClock clock)
{
    private long _caughtUpAt = long.MinValue;

    /// <summary>The person's state.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="isStrict">Whether the tail of the stream is read too.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<SubjectState> ReadAsync(DataSubject subject, bool isStrict, CancellationToken cancellationToken)
    {
        var now = clock.GetCurrentInstant();
        await CatchUpAsync(now.ToUnixTimeTicks(), cancellationToken).ConfigureAwait(false);
        var known = isStrict || options.Strict || recent.Contains(subject, now) ? null : await register.ReadAsync(subject, cancellationToken).ConfigureAwait(false);

        // Who is not among the states may just have been registered elsewhere: only the journal knows nobody.
        return known is { IsRegistered: true } ? known : await register.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CatchUpAsync(long now, CancellationToken cancellationToken)
    {
        var last = Interlocked.Read(ref _caughtUpAt);
        if (last == long.MinValue || last > now || now - last >= options.StaleAfter.Ticks)
        {
            await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            Interlocked.Exchange(ref _caughtUpAt, now);
        }
    }
}
