using NodaTime;

namespace Gdpr.Time;

/// <summary>One step of how a deadline was computed, for a reader who wants to check it.</summary>
/// <param name="Code">The stable code of the step, one of <see cref="DeadlineStepCodes"/>.</param>
/// <param name="Date">The local date that the step arrives at.</param>
/// <param name="At">The instant that the step arrives at, where it is one; ends are exclusive.</param>
/// <param name="Law">The paragraph of law behind the step; none where it is this library's caution or plain arithmetic.</param>
/// <param name="Text">What the step does, in words.</param>
public sealed record DeadlineStep(string Code, LocalDate Date, Instant? At, string? Law, DeadlineText Text);
