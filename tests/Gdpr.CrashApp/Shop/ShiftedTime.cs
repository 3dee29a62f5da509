using System.Diagnostics;
using NodaTime;

namespace Gdpr.CrashApp.Shop;

/// <summary>Time that begins at a given instant and then passes as it does.</summary>
internal sealed class ShiftedTime(Instant start) : TimeProvider
{
    private readonly long _begun = Stopwatch.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start.ToDateTimeOffset() + Stopwatch.GetElapsedTime(_begun);
}
