using FsCheck;
using FsCheck.Fluent;

namespace Gdpr.Core.Tests.Model;

/// <summary>Erasure requests, holds, their releases, the end of obligations and of contracts: in whichever order they come, they come to the same.</summary>
public sealed class CommutationTests
{
    private const int Cases = 25;

    [Fact]
    public void What_commutes_comes_to_the_same_in_any_order() => Check.One(
        StateMachineTests.ConfigOf(Cases), Prop.ForAll(Events.Arbitrary, events => CompareAsync(events).GetAwaiter().GetResult()));

    private static async Task CompareAsync(Events events)
    {
        var end = await EndAsync(events, [.. Enumerable.Range(0, events.Commuting.Count)]);
        (await EndAsync(events, events.Order)).ShouldBe(end);
    }

    /// <summary>What it comes to, with the pump after each event, and three nights for what had to wait to wake up by itself.</summary>
    private static async Task<string> EndAsync(Events events, IReadOnlyList<int> order)
    {
        await using var machine = await Machine.OpenAsync();
        foreach (var command in events.Before)
        {
            await machine.RunAsync(command);
        }

        var holds = new Dictionary<int, int>();
        foreach (var index in order)
        {
            var (kind, who, table) = events.Commuting[index];
            Command[] commands = kind switch
            {
                Commuting.Erasure => [new(Act.Ask, who, 1, table < 0 ? 0 : 5 + (table % 3)), new(Act.Handle, who, 0, 0)],
                Commuting.Hold => [new(Act.PlaceHold, who, table, 0)],
                Commuting.Release => holds.TryGetValue(index - 1, out var hold) ? [new(Act.ReleaseHold, who, hold, 0)] : [],
                Commuting.ContractEnd => [new(Act.EndContract, who, 0, Machine.FromTheStart)],
                _ => [new(Act.Wait, 0, 7, 0)],
            };
            if (kind == Commuting.Hold)
            {
                holds.Add(index, machine.Law.Holds.Count);
            }

            foreach (var command in commands.Append(new Command(Act.Pump, 0, 0, 0)))
            {
                await machine.RunAsync(command);
            }
        }

        for (var night = 0; night < 3; night++)
        {
            await machine.RunAsync(new Command(Act.Wait, 0, 1, 1));
            await machine.RunAsync(new Command(Act.Pump, 0, 0, 0));
        }

        return await machine.DescribeAsync();
    }
}

/// <summary>What commutes. A release is that of the hold before it, and comes after it.</summary>
internal enum Commuting
{
    Erasure,
    Hold,
    Release,
    ContractEnd,

    /// <summary>Half a year passes: obligations end, and much else.</summary>
    ObligationEnd,
}

/// <summary>A history, and events after it, in the order in which they stand and in another.</summary>
internal sealed record Events(IReadOnlyList<Command> Before, IReadOnlyList<(Commuting Kind, int Who, int Table)> Commuting, IReadOnlyList<int> Order)
{
    public static Arbitrary<Events> Arbitrary => Arb.From(
        from before in Past.ListOf(8)
        from count in Gen.Choose(2, 5)
        from commuting in Event.ListOf(count)
        from keys in Gen.Choose(0, 1000).ListOf(2 * count)
        select Of([.. before], [.. commuting.SelectMany(one => one)], [.. keys]),
        events => events.Smaller());

    private static Gen<Command> Past { get; } =
        from act in Gen.Elements(Act.Trade, Act.Trade, Act.Trade, Act.GiveConsent, Act.SendOrder, Act.Wait)
        from command in Command.Any
        select command with { Act = act, A = act == Act.Wait ? command.A % 6 : command.A };

    private static Gen<(Commuting Kind, int Who, int Table)[]> Event { get; } =
        from kind in Gen.Frequency(
            (4, Gen.Constant(Model.Commuting.Erasure)), (3, Gen.Constant(Model.Commuting.Hold)), (3, Gen.Constant(Model.Commuting.ContractEnd)),
            (2, Gen.Constant(Model.Commuting.ObligationEnd)))
        from who in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, 5)))
        from table in Gen.Choose(-4, 3)
        select kind == Model.Commuting.Hold ? new[] { (kind, who, Math.Abs(table)), (Model.Commuting.Release, who, 0) } : [(kind, who, table)];

    public override string ToString() =>
        $"after {new History(Before)}\n{string.Join('\n', Commuting.Select((one, index) => $"  {index}: {one}"))}\nin the order {string.Join(", ", Order)}";

    private static Events Of(IReadOnlyList<Command> before, IReadOnlyList<(Commuting Kind, int Who, int Table)> commuting, int[] keys)
    {
        // A release takes the place of its hold, where it would come before it.
        for (var at = 1; at < commuting.Count; at++)
        {
            if (commuting[at].Kind == Model.Commuting.Release && keys[at] < keys[at - 1])
            {
                (keys[at], keys[at - 1]) = (keys[at - 1], keys[at]);
            }
        }

        return new Events(before, commuting, [.. Enumerable.Range(0, commuting.Count).OrderBy(at => keys[at])]);
    }

    private IEnumerable<Events> Smaller()
    {
        for (var at = 0; at < Before.Count; at++)
        {
            yield return this with { Before = [.. Before.Take(at), .. Before.Skip(at + 1)] };
        }

        for (var at = 0; at < Commuting.Count; at++)
        {
            var size = Commuting[at].Kind == Model.Commuting.Hold ? 2 : 1;
            if (Commuting[at].Kind != Model.Commuting.Release)
            {
                var order = Order.Where(index => index < at || index >= at + size).Select(index => index > at ? index - size : index);
                yield return new Events(Before, [.. Commuting.Take(at), .. Commuting.Skip(at + size)], [.. order]);
            }
        }
    }
}
