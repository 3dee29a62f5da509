using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Gdpr.Retention;

namespace Gdpr.Benchmarks;

/// <summary>The forms in C that the hot path is compared with (<c>benchmarks/reference/hot.c</c>), built by gcc for this machine and called in this process.</summary>
internal sealed class CReference : IDisposable
{
    private const int MostRules = 4;
    private const int NumbersPerRule = 4;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gdpr-hot-");
    private readonly nint _library;
    private readonly nint _libraryOfAvx2;
    private readonly nint _tables;
    private readonly nint _tablesOfAvx2;

    public CReference(IReadOnlyList<HotRule[]> ruleSets)
    {
        // What AVX-512 adds is of use to code for AVX2 too: that is built without.
        _library = NativeLibrary.Load(Build("hot", "-march=native"));
        _libraryOfAvx2 = NativeLibrary.Load(Build("hot-avx2", "-march=native", "-mno-avx512f"));
        var described = new long[ruleSets.Count * (1 + (MostRules * NumbersPerRule))];
        for (var set = 0; set < ruleSets.Count; set++)
        {
            var at = set * (1 + (MostRules * NumbersPerRule));
            described[at++] = ruleSets[set].Length;
            foreach (var rule in ruleSets[set])
            {
                long[] numbers = [rule.Trigger, rule.IsObligation ? 1 : 0, rule.Cutoff, rule.Day];
                numbers.CopyTo(described, at);
                at += numbers.Length;
            }
        }

        _tables = Function<Prepare>(_library, "hot_prepare")(ref described[0], ruleSets.Count);
        _tablesOfAvx2 = Function<Prepare>(_libraryOfAvx2, "hot_prepare")(ref described[0], ruleSets.Count);
    }

    private delegate nint Prepare(ref long described, int count);

    private delegate void Free(nint tables);

    private delegate void OverInstants(
        nint tables, ref byte sets, ref RecordFlags facts, ref long first, ref long second, ref long third, ref Fate fates, long count);

    private delegate void OverDays(
        nint tables, ref byte sets, ref RecordFlags facts, ref ushort first, ref ushort second, ref ushort third, ref Fate fates, long count);

    /// <summary>A form over instants.</summary>
    /// <param name="name">The function.</param>
    /// <param name="workload">The records.</param>
    /// <param name="withoutAvx512">Whether it is built without AVX-512.</param>
    public Judge Instants(string name, HotWorkload workload, bool withoutAvx512 = false)
    {
        var function = Function<OverInstants>(withoutAvx512 ? _libraryOfAvx2 : _library, name);
        var tables = withoutAvx512 ? _tablesOfAvx2 : _tables;
        return (fates, start, count) => function(
            tables, ref workload.DataSets[start], ref workload.Flags[start],
            ref workload.Instants[0][start], ref workload.Instants[1][start], ref workload.Instants[2][start], ref fates[start], count);
    }

    /// <summary>A form over days.</summary>
    /// <param name="name">The function.</param>
    /// <param name="workload">The records.</param>
    public Judge Days(string name, HotWorkload workload)
    {
        var function = Function<OverDays>(_library, name);
        return (fates, start, count) => function(
            _tables, ref workload.DataSets[start], ref workload.Flags[start],
            ref workload.Days[0][start], ref workload.Days[1][start], ref workload.Days[2][start], ref fates[start], count);
    }

    public void Dispose()
    {
        Function<Free>(_library, "hot_free")(_tables);
        Function<Free>(_libraryOfAvx2, "hot_free")(_tablesOfAvx2);
        NativeLibrary.Free(_library);
        NativeLibrary.Free(_libraryOfAvx2);
        _folder.Delete(recursive: true);
    }

    private static T Function<T>(nint library, string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));

    private string Build(string name, params string[] machine)
    {
        var source = Path.Combine(_folder.FullName, "hot.c");
        using (var file = File.Create(source))
        using (var text = typeof(CReference).Assembly.GetManifestResourceStream("hot.c") ?? throw new InvalidOperationException("There is no hot.c."))
        {
            text.CopyTo(file);
        }

        var library = Path.Combine(_folder.FullName, name + ".so");
        using var gcc = Process.Start("gcc", ["-O3", .. machine, "-shared", "-fPIC", "-o", library, source]);
        gcc.WaitForExit();
        return gcc.ExitCode == 0 ? library : throw new Win32Exception($"gcc ended with {gcc.ExitCode}.");
    }
}

/// <summary>Writes the fates of some of the records.</summary>
/// <param name="fates">The fates of all records.</param>
/// <param name="start">The first record.</param>
/// <param name="count">How many.</param>
internal delegate void Judge(Fate[] fates, int start, int count);

/// <summary>A rule as C takes it.</summary>
/// <param name="Trigger">The index of its trigger.</param>
/// <param name="IsObligation">Whether it is an obligation; otherwise a purpose.</param>
/// <param name="Cutoff">The first instant from which it is alive, in 100-nanosecond ticks since 1970.</param>
/// <param name="Day">The same as a day of <see cref="RetentionDayColumns"/>.</param>
internal readonly record struct HotRule(int Trigger, bool IsObligation, long Cutoff, ushort Day);
