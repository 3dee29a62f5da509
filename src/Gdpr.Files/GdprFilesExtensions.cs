using Gdpr;
using Gdpr.Files.Keys;
using Gdpr.Files.Sources;
using Gdpr.Files.Witnesses;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what is kept in files to the library's configuration.</summary>
public static class GdprFilesExtensions
{
    /// <summary>Keeps the journal's latest checkpoint and the tombstones in a file, outside every database that is backed up together with the journal.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="path">The file. A relative path is taken from the application's base directory. Its folder has to exist.</param>
    /// <returns>The same configuration.</returns>
    public static GdprBuilder UseWitnessFile(this GdprBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var witness = new FileJournalWitness(path);
        return builder.UseWitness($"file {witness.Path}", _ => witness);
    }

    /// <summary>Takes the secret keys from a file, which <see cref="FileKeyRing.Create"/> has made. Where it cannot be used, the host does not start.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="path">The file. A relative path is taken from the application's base directory.</param>
    /// <returns>The same configuration.</returns>
    public static GdprBuilder UseKeyRingFile(this GdprBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        builder.Services.AddOptions<KeyRingStart>().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<KeyRingStart>>(new KeyRingCheck(path));
        return builder.UseKeyRing($"file {Path.GetFullPath(path, AppContext.BaseDirectory)}", _ => FileKeyRing.Open(path));
    }

    /// <summary>Adds files or folders as a data source: logs, exports, backups.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="name">The source's name, unique in the host.</param>
    /// <param name="folder">The folder. A relative path is taken from the application's base directory.</param>
    /// <param name="mappings">The data sets. Their patterns exclude each other.</param>
    /// <returns>The same configuration.</returns>
    public static GdprBuilder AddFileSource(this GdprBuilder builder, string name, string folder, params IReadOnlyList<FileDataSetMapping> mappings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(new FileSource(name, folder, mappings));
    }

    /// <summary>Stands for the opening of the ring among the options that are validated when the host starts.</summary>
    private sealed class KeyRingStart;

    private sealed class KeyRingCheck(string path) : IValidateOptions<KeyRingStart>
    {
        public ValidateOptionsResult Validate(string? name, KeyRingStart options)
        {
            FileKeyRing.Open(path);
            return ValidateOptionsResult.Success;
        }
    }
}
