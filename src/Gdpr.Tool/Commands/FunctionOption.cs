using System.CommandLine;

namespace Gdpr.Tool.Commands;

/// <summary>The option that names the function in the organisation that decides.</summary>
internal static class FunctionOption
{
    public static Option<string?> Create(bool isRequired) => new("--by")
    {
        Description = "The function in the organisation that decides, such as data-protection-officer. It stands in the journal: no person.",
        Required = isRequired,
    };

    /// <summary>Does what a function decides.</summary>
    /// <exception cref="BadInputException">What was named is no function.</exception>
    public static async Task<T> DecideAsync<T>(Func<Task<T>> decide)
    {
        try
        {
            return await decide().ConfigureAwait(false);
        }
        catch (ArgumentException problem) when (problem.ParamName == "by")
        {
            throw new BadInputException($"--by: {problem.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    /// <inheritdoc cref="DecideAsync{T}"/>
    public static Task DecideAsync(Func<Task> decide) => DecideAsync(async () =>
    {
        await decide().ConfigureAwait(false);
        return true;
    });
}
