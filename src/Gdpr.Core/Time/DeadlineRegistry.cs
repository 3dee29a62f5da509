using NodaTime;

namespace Gdpr.Time;

/// <summary>The deadlines that a controller or processor in Sweden must know, each in the version that applied to an event.</summary>
/// <remarks>A new version of a law is added with its own <see cref="DeadlineRule.ValidFrom"/>; earlier events keep the rule they had.</remarks>
public sealed class DeadlineRegistry
{
    /// <summary>Makes a registry of rules, such as the built-in ones and those of another law.</summary>
    /// <param name="rules">The rules. No two of the same id may apply to the same date.</param>
    /// <exception cref="ArgumentException">Two versions of a rule apply to the same date, or one ends before it begins.</exception>
    public DeadlineRegistry(IEnumerable<DeadlineRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Rules = rules.ToList().AsReadOnly();
        foreach (var versions in Rules.GroupBy(rule => rule.Id, StringComparer.Ordinal))
        {
            DeadlineRule? before = null;
            foreach (var rule in versions.OrderBy(rule => rule.ValidFrom))
            {
                if (rule.ValidTo < rule.ValidFrom || (before is not null && before.AppliesOn(rule.ValidFrom)))
                {
                    throw new ArgumentException(
                        $"The versions of deadline {rule.Id} overlap, or one ends before it begins, at {DeadlineWords.Iso(rule.ValidFrom)}: "
                        + "correct validFrom and validTo.",
                        nameof(rules));
                }

                before = rule;
            }
        }
    }

    /// <summary>The deadlines of the GDPR and of the Swedish laws beside it.</summary>
    public static DeadlineRegistry Sweden { get; } = new(SwedishDeadlines.All());

    /// <summary>Every version of every rule, in the order given.</summary>
    public IReadOnlyList<DeadlineRule> Rules { get; }

    /// <summary>The rule of an id in the version that applies to an event.</summary>
    /// <param name="id">The id, such as <c>D-12.3</c>.</param>
    /// <param name="eventDate">The local date of the event.</param>
    /// <returns>The rule; <see langword="null"/> when there is none, or none applied then.</returns>
    public DeadlineRule? Find(string id, LocalDate eventDate)
    {
        ArgumentNullException.ThrowIfNull(id);
        foreach (var rule in Rules)
        {
            if (string.Equals(rule.Id, id, StringComparison.Ordinal) && rule.AppliesOn(eventDate))
            {
                return rule;
            }
        }

        return null;
    }
}
