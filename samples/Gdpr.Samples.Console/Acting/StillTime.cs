using NodaTime;

namespace Gdpr.Samples.Acting;

/// <summary>The instant that counts as now, for a library that takes the time from the host's clock.</summary>
internal sealed class StillTime(Instant at) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => at.ToDateTimeOffset();
}
