using NodaTime;

namespace Gdpr.Subjects;

/// <summary>Something that is done when its time comes, by the one pump. Idempotent, and safe to run on several nodes at once.</summary>
internal interface ITimedStep
{
    /// <summary>The step's name in reports, such as <c>consents</c>.</summary>
    string Name { get; }

    /// <summary>Does what is due at an instant.</summary>
    ValueTask RunAsync(Instant now, CancellationToken cancellationToken);

    /// <summary>Does what is due at an instant. What may take long stops when the time for it is spent, and goes on the next time.</summary>
    ValueTask RunAsync(Instant now, Func<bool> isSpent, CancellationToken cancellationToken) => RunAsync(now, cancellationToken);
}
