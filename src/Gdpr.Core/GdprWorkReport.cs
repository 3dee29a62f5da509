using Gdpr.Disposal;
using NodaTime;

namespace Gdpr;

/// <summary>What a call of the pump did.</summary>
/// <param name="At">The instant at which things were due.</param>
/// <param name="Steps">The steps, in their order.</param>
/// <param name="DataSets">What became of the data sets whose sweep was due.</param>
public sealed record GdprWorkReport(Instant At, IReadOnlyList<GdprWorkStep> Steps, IReadOnlyList<DataSetOutcome> DataSets)
{
    /// <summary>Whether every step was done and every data set that was due is swept.</summary>
    public bool IsComplete => Steps.All(step => step.Reason is null) && DataSets.All(dataSet => dataSet.Status is SweepStatus.Completed or SweepStatus.Manual);
}

/// <summary>One step of the pump.</summary>
/// <param name="Name">The step: <c>prepare</c>, <c>verify</c>, <c>holds</c>, <c>plans</c>, <c>sweep</c> or <c>checkpoint</c>.</param>
/// <param name="Reason">Why it was not done: a stable code; <see langword="null"/> where it was.</param>
/// <param name="Detail">What was wrong, for people who can mend it.</param>
public sealed record GdprWorkStep(string Name, string? Reason, string? Detail);
