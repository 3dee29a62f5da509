using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Tests.Sources.FirstPreview;
using Gdpr.PostgresServer;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>What docs/ef-core-postgresql.md says, step by step, with the page's own policy and the page's own code.</summary>
public sealed class FirstPreviewTests : IDisposable
{
    /// <summary>What the page writes, and what stands for it in a test.</summary>
    private static readonly (string Page, string Test)[] Places =
    [
        ("const string ConnectionString = \"Host=db;Database=shop;Username=app\";\n", ""),
        ("options.UseNpgsql(ConnectionString)", "options.Unwarned().UseNpgsql(database.ConnectionString)"),
        (".UsePostgreSql(ConnectionString)", ".UsePostgreSql(database.ConnectionString)"),
        ("\"/etc/example/gdpr-keys.json\"", "keys"),
        ("\"policy.json\"", "policy"),
        ("\"gdpr-coverage.json\"", "baseline"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-ef-").FullName;

    [PostgresFact]
    public async Task An_application_with_old_rows_and_a_forgotten_table_comes_to_its_first_preview_and_nothing_is_deleted()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        var (policy, baseline) = (Path.Combine(_folder, "policy.json"), Path.Combine(_folder, "gdpr-coverage.json"));
        await File.WriteAllTextAsync(policy, BlocksOfThePage("jsonc").ShouldHaveSingleItem());
        var services = FirstPreviewSteps.Application(database, policy, Path.Combine(_folder, "keys.json"), baseline);
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        await using var scope = provider.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        await context.Database.EnsureCreatedAsync();
        await database.ExecuteAsync("create table calls (id integer primary key, customer integer, phone text)");
        context.AddRange(
            new Customer { PersonId = "a", Name = "A", AccountClosed = new DateOnly(2020, 1, 1) },
            new Customer { PersonId = "b", Name = "B", LastLogin = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) },
            new Customer { PersonId = "c", Name = "C" });
        await context.SaveChangesAsync();

        (await Should.ThrowAsync<CoverageException>(() => FirstPreviewSteps.PreviewAsync(provider))).Message.ShouldContain("C-COV-04 calls.phone");
        await FirstPreviewSteps.WriteBaselineAsync(context, baseline, provider.GetRequiredService<IClock>().GetCurrentInstant().InUtc().Date);
        await FirstPreviewSteps.PreviewAsync(provider);

        FirstPreviewSteps.Console.Lines.Order(StringComparer.Ordinal)
            .ShouldBe(["Erase by shopping: 2 records, 2 due", "Undetermined by shopping: 1 records, 0 due"]);
        (await provider.GetRequiredService<Disposal.Sweep>().PreviewAsync()).DataSets.ShouldHaveSingleItem().NeedsApproval.ShouldBeTrue();
        (await context.Customers.CountAsync()).ShouldBe(3);
    }

    [Fact]
    public void The_code_that_comes_to_it_is_that_of_the_page()
    {
        var steps = Unindented(Resource("FirstPreviewSteps.cs")).Replace("\npublic static async Task ", "\nstatic async Task ", StringComparison.Ordinal);
        var blocks = BlocksOfThePage("csharp");
        blocks.Count.ShouldBe(4);
        var code = string.Join("\n---\n", blocks);
        foreach (var (page, test) in Places)
        {
            code.ShouldContain(page);
            code = code.Replace(page, test, StringComparison.Ordinal);
        }

        foreach (var block in code.Split("\n---\n"))
        {
            var (usings, rest) = (block.Split('\n').Where(IsUsing), string.Join('\n', block.Split('\n').Where(line => !IsUsing(line))).Trim());
            steps.ShouldContain(rest);
            usings.ShouldBeSubsetOf(steps.Split('\n'));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';');

    /// <summary>The page's blocks of code in a language, without their indents.</summary>
    private static List<string> BlocksOfThePage(string language) =>
        [.. Unindented(Resource("ef-core-postgresql.md")).Split("```").Where((_, i) => i % 2 == 1).Select(block => block.Split('\n', 2))
            .Where(block => block[0].Split(' ')[0] == language).Select(block => block[1])];

    private static string Unindented(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(FirstPreviewTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
