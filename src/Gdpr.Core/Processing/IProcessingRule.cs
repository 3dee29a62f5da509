using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>A rule of the host's beside the library's own. Every rule must agree, whatever the order in which they are registered.</summary>
public interface IProcessingRule
{
    /// <summary>The rule's name in reasons and tasks, unique among the rules. No personal data.</summary>
    string Name { get; }

    /// <summary>Whether the rule agrees. A rule that fails does not: unknown is not yes.</summary>
    /// <param name="context">What is asked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<ProcessingRuleAnswer> JudgeAsync(ProcessingRuleContext context, CancellationToken cancellationToken);
}

/// <summary>What a rule judges.</summary>
/// <param name="Request">What is to be done.</param>
/// <param name="State">What is recorded of the person.</param>
/// <param name="Now">The instant.</param>
public sealed record ProcessingRuleContext(ProcessingRequest Request, SubjectState State, Instant Now);

/// <summary>The answer of a rule.</summary>
public sealed record ProcessingRuleAnswer
{
    private ProcessingRuleAnswer(ProcessingOutcome outcome) => Outcome = outcome;

    /// <summary>The rule agrees.</summary>
    public static ProcessingRuleAnswer Agrees { get; } = new(ProcessingOutcome.Allowed);

    /// <summary>The outcome.</summary>
    public ProcessingOutcome Outcome { get; }

    /// <summary>What it rests on, where the rule says so.</summary>
    public string? Article { get; private init; }

    /// <summary>What would mend it, or what a human has to answer.</summary>
    public string? Mend { get; private init; }

    /// <summary>The function that decides, where the rule names one.</summary>
    public string? Owner { get; private init; }

    /// <summary>When it is to be decided, exclusive, where the rule says so.</summary>
    public Instant? DueBy { get; private init; }

    /// <summary>The rule forbids it.</summary>
    /// <param name="mend">What would mend it. No personal data.</param>
    /// <param name="article">What it rests on.</param>
    public static ProcessingRuleAnswer Denies(string mend, string? article = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(mend);
        return new ProcessingRuleAnswer(ProcessingOutcome.Denied) { Mend = mend, Article = article };
    }

    /// <summary>A human has to decide.</summary>
    /// <param name="question">What is to be answered. No personal data.</param>
    /// <param name="owner">The function that decides; the options' where none is named.</param>
    /// <param name="dueBy">When it is to be decided, before the legal limit; the options' where it is not said.</param>
    public static ProcessingRuleAnswer NeedsHuman(string question, string? owner = null, Instant? dueBy = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(question);
        return new ProcessingRuleAnswer(ProcessingOutcome.NeedsHuman) { Mend = question, Owner = owner, DueBy = dueBy };
    }
}
