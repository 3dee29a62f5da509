using NodaTime;

namespace Gdpr.Retention;

/// <summary>A fate, why it is so, and when it will next change.</summary>
/// <remarks>The default value is no decision. Equality compares all four members.</remarks>
/// <param name="Fate">The fate.</param>
/// <param name="Due">The first local date on which the fate will be another if the facts stay as they are; <see langword="null"/> when it will not
/// change any more, and always for erase, anonymise and undetermined.</param>
/// <param name="Rule">Of the rules that gave the fate, the one that ends last (one without end before all others), the first in policy order
/// where several do; for a disposal the last to end. <see langword="null"/> where no rule gave it, but a fact alone.</param>
/// <param name="Reason">Why.</param>
public readonly record struct FateDecision(Fate Fate, LocalDate? Due, ScheduledRule? Rule, FateReason Reason);
