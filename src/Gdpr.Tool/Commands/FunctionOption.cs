using System.CommandLine;
using Gdpr.Disposal;

namespace Gdpr.Tool.Commands;

/// <summary>The option that names the function in the organisation that decides.</summary>
internal static class FunctionOption
{
    public static Option<string?> Create(bool isRequired)
    {
        var by = new Option<string?>("--by")
        {
            Description = "The function in the organisation that decides, such as data-protection-officer. It stands in the journal: no person.",
            Required = isRequired,
        };

        // Before the first file is created or changed.
        by.Validators.Add(parsed =>
        {
            if (ActingFunction.ProblemOf(parsed.GetValue(by)) is { } problem)
            {
                parsed.AddError($"--by: {problem}");
            }
        });
        return by;
    }
}
