using FsCheck;
using FsCheck.Fluent;

namespace Gdpr.Core.Tests.Model;

/// <summary>What may happen.</summary>
internal enum Act
{
    Wait,
    GiveConsent,
    WithdrawConsent,
    RefuseConsent,
    Trade,
    EndContract,
    SendOrder,
    Ask,
    Assess,
    Resolve,
    Decide,
    Execute,
    Answer,
    Close,
    Extend,
    TellLifting,
    Lift,
    Handle,
    PlaceHold,
    ReleaseHold,
    Sweep,
    Pump,
    Backup,
    Restore,
    Restart,
}

/// <summary>Something that happens, as data: to whom, and two numbers that say more. Numbers stand for what there is, in turn, so that every command can be tried in
/// every state.</summary>
internal readonly record struct Command(Act Act, int Who, int A, int B)
{
    /// <summary>How many days are waited.</summary>
    public static readonly int[] Days = [0, 1, 3, 9, 15, 31, 62, 190];

    /// <summary>Any command. Mostly to the same person and the request that came last, so that things meet.</summary>
    public static Gen<Command> Any { get; } =
        from act in Gen.Frequency<Act>(Weights.Select(one => (one.Weight, Gen.Constant(one.Act))).ToArray())
        from who in Gen.Frequency((5, Gen.Constant(0)), (1, Gen.Constant(1)), (2, Gen.Constant(3)), (2, Gen.Choose(0, 5)))
        from a in act is Act.Wait or Act.Ask or Act.Trade or Act.PlaceHold ? Gen.Choose(0, 7) : Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(0, 7)))
        from b in Gen.Choose(0, 7)
        select new Command(act, who, a, b);

    private static IEnumerable<(Act Act, int Weight)> Weights =>
    [
        (Act.Wait, 14), (Act.GiveConsent, 5), (Act.WithdrawConsent, 3), (Act.RefuseConsent, 1), (Act.Trade, 12), (Act.EndContract, 5), (Act.SendOrder, 4),
        (Act.Ask, 12), (Act.Assess, 2), (Act.Resolve, 2), (Act.Decide, 2), (Act.Execute, 2), (Act.Answer, 2), (Act.Close, 2), (Act.Extend, 1), (Act.TellLifting, 2),
        (Act.Lift, 2), (Act.Handle, 10), (Act.PlaceHold, 4), (Act.ReleaseHold, 3), (Act.Sweep, 5), (Act.Pump, 9), (Act.Backup, 3), (Act.Restore, 3), (Act.Restart, 1),
    ];

    public IEnumerable<Command> Smaller()
    {
        if (Who > 0)
        {
            yield return this with { Who = 0 };
        }

        if (A > 0)
        {
            yield return this with { A = 0 };
            yield return this with { A = A - 1 };
        }

        if (B > 0)
        {
            yield return this with { B = 0 };
            yield return this with { B = B - 1 };
        }
    }

    public override string ToString() => $"new({nameof(Act)}.{Act}, {Who}, {A}, {B})";
}

/// <summary>A history: commands in their order. It shrinks to fewer, and to smaller ones.</summary>
internal sealed record History(IReadOnlyList<Command> Commands)
{
    /// <summary>Histories of single commands, and of some that belong together: what is asked for is mostly handled, what is restored mostly swept.</summary>
    public static Arbitrary<History> Arbitrary(int longest) => Arb.From(
        from length in Gen.Choose(4, longest)
        from episodes in Episode.ListOf(length)
        select new History([.. episodes.SelectMany(episode => episode)]),
        history => history.Shorter());

    private static Gen<Command[]> Episode { get; } =
        from first in Command.Any
        from follows in Gen.Choose(0, 2)
        select first switch
        {
            { Act: Act.Ask } when follows > 0 => new[] { first, first with { Act = Act.Handle, A = 0 } },
            { Act: Act.EndContract } when follows > 0 => [first, first with { Act = Act.Ask, A = 1 }, first with { Act = Act.Handle, A = 0 }],
            { Act: Act.TellLifting } when follows > 0 => [first, first with { Act = Act.Lift }],
            { Act: Act.Restore } when follows > 0 => [first, first with { Act = Act.Pump }],
            { Act: Act.Wait } when follows > 0 => [first, first with { Act = Act.Pump }],
            _ => [first],
        };

    public override string ToString() => string.Join('\n', Commands.Select(command => $"  {command},").Prepend("[").Append("]"));

    private IEnumerable<History> Shorter()
    {
        for (var size = Commands.Count / 2; size >= 1; size /= 2)
        {
            for (var at = 0; at + size <= Commands.Count; at += size)
            {
                yield return new History([.. Commands.Take(at), .. Commands.Skip(at + size)]);
            }
        }

        for (var at = 0; at < Commands.Count; at++)
        {
            foreach (var smaller in Commands[at].Smaller())
            {
                yield return new History([.. Commands.Take(at), smaller, .. Commands.Skip(at + 1)]);
            }
        }
    }
}
