using Gdpr.Relational.Mapping;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Workplaces;

/// <summary>The file that says which tables and columns hold what.</summary>
internal static class MappingFile
{
    /// <exception cref="BadInputException">It cannot be read, or is no mapping.</exception>
    public static SqlMapping Read(string path)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(InputFiles.ReadAll(path)));
            return SqlMapping.Parse(reader.ReadToEnd());
        }
        catch (FormatException problem)
        {
            throw new BadInputException($"{path}: {problem.Message}");
        }
    }
}
