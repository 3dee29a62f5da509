using FsCheck;
using FsCheck.Fluent;

namespace Gdpr.Core.Tests.Model;

/// <summary>What may happen to a request that is decided more than once, and around it.</summary>
internal enum RoundAct
{
    Wait,
    AskForIdentity,
    Identify,
    NotIdentifiable,
    Refuse,
    Assess,
    Resolve,
    Decide,
    Execute,
    Answer,
    Close,
    Handle,
    Complain,
    Uphold,
    Reject,
    Consent,
    Withdraw,
    ObjectToMarketing,
    Restrict,
    Release,
    TellLifting,
    Lift,
    InvokeClaims,
    Hold,
    Unhold,
    EndContract,
    CompleteTasks,
    Pump,
    Restart,
}

/// <summary>Something that happens, as data, and a number that says more. Every step can be tried in every state.</summary>
internal readonly record struct RoundStep(RoundAct Act, int A)
{
    /// <summary>How many days are waited.</summary>
    public static readonly int[] Days = [0, 1, 5, 14, 29, 45, 95, 200];

    public static Gen<RoundStep> Any { get; } =
        from act in Gen.Frequency<RoundAct>(Weights.Select(one => (one.Weight, Gen.Constant(one.Act))).ToArray())
        from a in Gen.Choose(0, 7)
        select new RoundStep(act, a);

    private static IEnumerable<(RoundAct Act, int Weight)> Weights =>
    [
        (RoundAct.Wait, 10), (RoundAct.AskForIdentity, 5), (RoundAct.Identify, 4), (RoundAct.NotIdentifiable, 4), (RoundAct.Refuse, 1), (RoundAct.Assess, 2),
        (RoundAct.Resolve, 2), (RoundAct.Decide, 2), (RoundAct.Execute, 2), (RoundAct.Answer, 4), (RoundAct.Close, 4), (RoundAct.Handle, 12), (RoundAct.Complain, 8),
        (RoundAct.Uphold, 7), (RoundAct.Reject, 3), (RoundAct.Consent, 3), (RoundAct.Withdraw, 1), (RoundAct.ObjectToMarketing, 1), (RoundAct.Restrict, 2),
        (RoundAct.Release, 2), (RoundAct.TellLifting, 1), (RoundAct.Lift, 1), (RoundAct.InvokeClaims, 1), (RoundAct.Hold, 3), (RoundAct.Unhold, 2),
        (RoundAct.EndContract, 2), (RoundAct.CompleteTasks, 3), (RoundAct.Pump, 8), (RoundAct.Restart, 2),
    ];

    public override string ToString() => $"new({nameof(RoundAct)}.{Act}, {A})";
}

/// <summary>What happens to one request, in its order. It shrinks to less.</summary>
internal sealed record Rounds(RoundRight Right, IReadOnlyList<RoundStep> Steps)
{
    public static Arbitrary<Rounds> Arbitrary(RoundRight right, int longest) => Arb.From(
        from length in Gen.Choose(4, longest)
        from episodes in Episode.ListOf(length)
        select new Rounds(right, [.. episodes.SelectMany(episode => episode)]),
        rounds => rounds.Shorter());

    /// <summary>What mostly belongs together: a complaint is answered, and whoever complained is asked who they are.</summary>
    private static Gen<RoundStep[]> Episode { get; } =
        from first in RoundStep.Any
        from follows in Gen.Choose(0, 3)
        select first.Act switch
        {
            RoundAct.Complain when follows == 1 => new[] { first, new(RoundAct.Uphold, 0) },
            RoundAct.Complain when follows == 2 => [first, new(RoundAct.Uphold, 0), new(RoundAct.AskForIdentity, 0)],
            RoundAct.Complain when follows == 3 => [first, new(RoundAct.AskForIdentity, 0), new(RoundAct.Reject, 0)],
            RoundAct.NotIdentifiable when follows > 1 => [first, new(RoundAct.Answer, 0), new(RoundAct.Close, 0)],
            RoundAct.Wait when follows > 1 => [first, new(RoundAct.Pump, 0)],
            RoundAct.TellLifting when follows > 1 => [first, new(RoundAct.Lift, 0)],
            _ => [first],
        };

    public override string ToString() => $"{Right}: {string.Join(", ", Steps)}";

    private IEnumerable<Rounds> Shorter()
    {
        for (var size = Steps.Count / 2; size >= 1; size /= 2)
        {
            for (var at = 0; at + size <= Steps.Count; at += size)
            {
                yield return this with { Steps = [.. Steps.Take(at), .. Steps.Skip(at + size)] };
            }
        }

        for (var at = 0; at < Steps.Count; at++)
        {
            if (Steps[at].A > 0)
            {
                yield return this with { Steps = [.. Steps.Take(at), Steps[at] with { A = 0 }, .. Steps.Skip(at + 1)] };
            }
        }
    }
}

/// <summary>What is asked for.</summary>
public enum RoundRight
{
    /// <summary>Erasure (Art. 17).</summary>
    Erasure,

    /// <summary>Restriction of what is processed unlawfully (Art. 18(1)(b)).</summary>
    Unlawful,

    /// <summary>Restriction for legal claims (Art. 18(1)(c)).</summary>
    Claims,

    /// <summary>Restriction of what is contested (Art. 18(1)(a)).</summary>
    Accuracy,

    /// <summary>That a legitimate interest stops (Art. 21(1)).</summary>
    Objection,
}
