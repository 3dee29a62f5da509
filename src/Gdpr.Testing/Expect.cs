namespace Gdpr.Testing;

/// <summary>What the suites expect; a breach says what it was.</summary>
internal static class Expect
{
    public static void That(bool condition, string expectation)
    {
        if (!condition)
        {
            throw new ContractException($"Expected: {expectation}");
        }
    }

    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ContractException($"{what} was expected to be {Text(expected)} and is {Text(actual)}.");
        }
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        List<T> wanted = [.. expected];
        List<T> found = [.. actual];
        for (var i = 0; i < Math.Max(wanted.Count, found.Count); i++)
        {
            if (i >= wanted.Count || i >= found.Count || !EqualityComparer<T>.Default.Equals(wanted[i], found[i]))
            {
                throw new ContractException($"{what} differ at {i}: expected {(i < wanted.Count ? Text(wanted[i]) : "the end")}, "
                    + $"found {(i < found.Count ? Text(found[i]) : "the end")}; {wanted.Count} expected, {found.Count} found.");
            }
        }
    }

    public static async Task<TException> ThrowsAsync<TException>(Func<Task> action, string what)
        where TException : Exception
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (TException expected)
        {
            return expected;
        }
        catch (Exception other)
        {
            throw new ContractException($"{what}: expected {typeof(TException).Name}, got {other.GetType().Name}: {other.Message}", other);
        }

        throw new ContractException($"{what}: expected {typeof(TException).Name}, and nothing was thrown.");
    }

    public static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items, CancellationToken cancellationToken)
    {
        var list = new List<T>();
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            list.Add(item);
        }

        return list;
    }

    // Large content would drown what is wrong.
    private static string Text<T>(T value) => value?.ToString() is not { } text ? "nothing" : text.Length <= 500 ? text : $"{text[..500]}… ({text.Length} characters)";
}
